# Keeps one comment on the pull request: found by the hidden MARKER at its start, edited in place.
set -euo pipefail
unset "${!LVSTATE_@}"

body=$(mktemp)
{
  echo "$MARKER"
  cat "$REPORT"
} >"$body"
# GitHub takes no more. lvstate keeps to it; should a report not, the first line says where the whole is.
if (($(jq -Rs length "$body") > 65536)); then
  {
    echo "$MARKER"
    echo "The report is too long for a comment: [the summary of the run]($GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID) shows all of it."
  } >"$body"
fi

comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
error=$(mktemp)
send() { jq -Rs '{body: .}' "$body" | gh api --method "$1" "$2" --input - --silent 2>"$error"; }

export AUTHOR MARKER
# shellcheck disable=SC2016 # jq expands these
ids=$(gh api --paginate "$comments?per_page=100" \
  --jq '.[] | select(.user.login == $ENV.AUTHOR and (.body | startswith($ENV.MARKER))) | .id')
id=${ids%%$'\n'*}
if [[ -n $id ]]; then
  send PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" && exit 0
else
  send POST "$comments" && exit 0
fi

token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
cat "$error"
echo "::$token::"
if grep -q 'HTTP 403' "$error"; then
  echo "::notice title=lvstate::This token may not comment, as in a pull request from a fork; the job's summary shows the plan"
else
  echo "::error title=lvstate::The comment could not be written"
  exit 1
fi
