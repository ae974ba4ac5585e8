# Finds the commit of the newest deployment to the GitHub environment DEPLOYED that ended well.
# Output: commit, empty where there is none.
set -euo pipefail
unset "${!LVSTATE_@}"

# Asked for in full before anything is judged, so that a failure ends the job.
environment=$(jq -rn '$ENV.DEPLOYED | @uri')
found=$(gh api "repos/$GITHUB_REPOSITORY/deployments?environment=$environment&per_page=30" --jq '.[] | "\(.id) \(.sha)"')
commit=""
while read -r id sha; do
  if [[ -z $id ]]; then break; fi
  state=$(gh api "repos/$GITHUB_REPOSITORY/deployments/$id/statuses?per_page=1" --jq '.[0].state // ""')
  if [[ $state == success ]]; then
    commit=$sha
    break
  fi
done <<<"$found"

echo "commit=$commit" >>"$GITHUB_OUTPUT"
