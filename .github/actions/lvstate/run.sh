# Runs lvstate once and keeps what it said; verdict.sh turns the exit code into the job's fate.
# Outputs: exit-code, fingerprint, changes, blocked, summary (from the document), marker and report (for the other steps).
set -euo pipefail
exec 2>&1 # one stream, so that nothing overtakes the command that stops commands

random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# put NAME VALUE: a step output whose value cannot end early, whatever it holds.
put() {
  local end
  end=$(random)
  printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >>"$GITHUB_OUTPUT"
}

fail() {
  echo "::error title=lvstate::$1"
  exit 64
}

has_credentials() {
  local name
  for name in "${!LVSTATE_@}"; do
    case $name in
      *ACCESS_TOKEN | *ACCESS_TOKEN_FILE | *SESSION_ID | *SESSION_ID_FILE) if [[ -n ${!name} ]]; then return 0; fi ;;
      *) ;;
    esac
  done
  return 1
}

common=(-C "$PROJECT" --no-color)
if [[ -n $ENVIRONMENT ]]; then common+=("--env=$ENVIRONMENT"); fi
options=()
case $MODE in
  validate) ;;
  plan | drift)
    if [[ $BASE == *[!0]* ]]; then options+=("--base=$BASE"); fi
    ;;
  apply)
    if [[ -z $EXPECT ]]; then fail "mode apply needs \`expect\`: the fingerprint of the plan that was approved"; fi
    options+=("--expect=$EXPECT")
    ;;
  *) fail "mode must be validate, plan, apply or drift" ;;
esac
if [[ $MODE == plan ]]; then
  while IFS= read -r address; do
    if [[ -n $address ]]; then options+=("--allow-create=$address"); fi
  done <<<"$ALLOW_CREATE"
  case $OFFLINE in
    true) options+=(--offline) ;;
    auto) if ! has_credentials; then options+=(--offline); fi ;;
    false | "") ;;
    *) fail "offline must be true, false or auto" ;;
  esac
fi

# Empty variables are how a workflow spells a secret that is not there.
for name in "${!LVSTATE_@}"; do
  if [[ -z ${!name} ]]; then unset "$name"; fi
done

folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/lvstate-run.XXXXXX")
document=$folder/document.json
report=$folder/report.md
text=$folder/report.txt
code=0

# Annotations on the lines of manifests: the only output whose workflow commands are meant.
if [[ $MODE == validate || $MODE == plan ]]; then
  "$LVSTATE" "${common[@]}" validate --format github 2>"$folder/validate.log" || code=$?
fi

token=$(random)
echo "::stop-commands::$token"
if [[ -f $folder/validate.log ]]; then cat "$folder/validate.log"; fi
case $MODE in
  validate) "$LVSTATE" "${common[@]}" validate --format json >"$document" 2>/dev/null || true ;;
  apply)
    code=0
    "$LVSTATE" "${common[@]}" apply "${options[@]}" --format json --write "text=$text" >"$document" || code=$?
    ;;
  *)
    code=0
    "$LVSTATE" "${common[@]}" "$MODE" "${options[@]}" --format json --write "text=$text" --write "markdown=$report" \
      >"$document" || code=$?
    ;;
esac
if [[ -s $text ]]; then cat "$text"; fi
if ! jq -e 'type == "object"' "$document" >/dev/null 2>&1; then echo '{}' >"$document"; fi
jq -r '.error // empty | "\(.message)\n\(.hint // "")"' "$document"
echo
echo "::$token::"

# What has no Markdown of its own is shown as text, every character of it inert.
if [[ ! -s $report ]]; then
  {
    jq -nr --arg mode "$MODE" --arg environment "${ENVIRONMENT:-default environment}" --arg code "$code" \
      '"### lvstate \($mode), <code>\($environment | @html)</code>: exit code \($code)\n"'
    if [[ -s $text ]]; then
      jq -Rrs '"<pre>\(.[:60000] | @html)</pre>"' "$text"
    else
      jq -r '[.error // empty | .message, .hint // empty], [.problems // [] | .[:50][] |
          "\(.file // ""):\(.line // ""): \(.message)"] | select(length > 0) | "<pre>\(join("\n") | @html)</pre>"' "$document"
    fi
  } >"$report"
fi
cat "$report" >>"$GITHUB_STEP_SUMMARY"

put exit-code "$code"
put fingerprint "$(jq -r '.fingerprint // .plan_fingerprint // ""' "$document")"
put changes "$(jq -r 'if .changes then .changes | length else "" end' "$document")"
put blocked "$(jq -r '.summary.blocked // ""' "$document")"
put summary "$(jq -c '.summary // {}' "$document")"
# The same comment and issue for one environment of one project, whatever they are called.
put marker "<!-- lvstate $MODE $(printf '%s\n%s' "$PROJECT" "$ENVIRONMENT" | sha256sum | cut -c 1-16) -->"
put report "$report"
