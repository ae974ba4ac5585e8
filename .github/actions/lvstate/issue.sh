# Keeps one open issue while live has drifted, and closes it when it has not. An exit code that tells neither
# (no answer, no permission, invalid manifests) leaves the issue as it is.
set -euo pipefail
unset "${!LVSTATE_@}"

run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
issues="repos/$GITHUB_REPOSITORY/issues"
export AUTHOR MARKER

# Ours are told by marker and author, oldest first; a label would be lost to whoever tidies up labels.
# shellcheck disable=SC2016 # jq expands these
open=$(gh api --paginate "$issues?state=open&sort=created&direction=asc&per_page=100" \
  --jq '.[] | select(.pull_request == null and .user.login == $ENV.AUTHOR and (.body // "" | startswith($ENV.MARKER))) | .number')
mapfile -t found <<<"$open"
if [[ -z $open ]]; then found=(); fi

close() {
  jq -n --arg body "$2" '{body: $body}' | gh api --method POST "$issues/$1/comments" --input - --silent
  jq -n --arg reason "$3" '{state: "closed", state_reason: $reason}' |
    gh api --method PATCH "$issues/$1" --input - --silent
}

case $EXIT_CODE in
  0)
    for number in "${found[@]}"; do close "$number" "Live equals the manifests again: $run" completed; done
    ;;
  2 | 4)
    body=$(mktemp)
    {
      echo "$MARKER"
      if (($(jq -Rs length "$REPORT") > 65000)); then
        echo "The report is too long for an issue: the summary of the run shows all of it."
      else
        cat "$REPORT"
      fi
      printf '\nSeen by %s. This issue is closed when live equals the manifests again.\n' "$run"
    } >"$body"
    title="LiveVox has drifted from the manifests${ENVIRONMENT:+: $ENVIRONMENT}"
    issue=$(jq -Rs --arg title "$title" '{title: $title, body: .}' "$body")
    if ((${#found[@]})); then
      gh api --method PATCH "$issues/${found[0]}" --input - --silent <<<"$issue"
      for number in "${found[@]:1}"; do close "$number" "Told in #${found[0]} already." not_planned; done
    else
      jq '. + {labels: ["lvstate-drift"]}' <<<"$issue" | gh api --method POST "$issues" --input - --silent
    fi
    ;;
  *) echo "exit code $EXIT_CODE does not say whether live has drifted: the issue stays as it is" ;;
esac
