# Ends the job as lvstate's exit code says, and says what to do.
set -euo pipefail

say() { echo "::error title=lvstate $MODE::$1"; }

case $MODE:$EXIT_CODE in
  *:0) exit 0 ;;
  drift:2 | drift:4)
    if [[ $ISSUE == true ]]; then
      echo "::warning title=lvstate drift::Live differs from the manifests; the issue and the job's summary show how"
      exit 0
    fi
    say "Live differs from the manifests; the job's summary shows how"
    ;;
  *:1) say "It failed: network, service or internal; the log says which. Nothing was written" ;;
  *:3) say "Manifests or project file are invalid; the annotations say where" ;;
  *:4) say "Blocked: the job's summary says what and why. Nothing of a blocked plan is applied" ;;
  apply:5)
    say "Stale: live or the manifests moved since the plan was approved, and nothing was written. Choose 'Re-run all jobs' on this run: it plans anew and asks anew"
    ;;
  apply:6) say "Partly applied: the job's summary and the journal in the run's artifacts say what was done. Correct the cause, then choose 'Re-run all jobs'" ;;
  *:8) say "Authentication or permission: check the secrets of this job's environment, and the role of their user" ;;
  *) say "Exit code $EXIT_CODE; the log says why" ;;
esac
exit "$EXIT_CODE"
