# Installs lvstate into an environment of its own: what INSTALL names, or the checkout that holds this action.
# Output: command, the path of the installed lvstate.
set -euo pipefail
unset "${!LVSTATE_@}" # no credential is any business of what pip runs

folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/lvstate-install.XXXXXX")
"${PYTHON:-python3}" -m venv "$folder"
pip=("$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input)
checkout=$GITHUB_ACTION_PATH/../../..

case ${INSTALL:-} in
  "")
    if [[ ! -f $checkout/requirements/runtime.txt ]]; then
      echo "::error title=lvstate::This action lies beside no checkout of lvstate: say what to install, for example \`install: lvstate==0.1.0\`"
      exit 64
    fi
    "${pip[@]}" --require-hashes -r "$checkout/requirements/runtime.txt"
    "${pip[@]}" --no-index --no-deps --no-build-isolation "$checkout"
    ;;
  *.txt) "${pip[@]}" --require-hashes --only-binary :all: -r "$INSTALL" ;;
  *) "${pip[@]}" --only-binary :all: -- "$INSTALL" ;;
esac

"$folder/bin/lvstate" --version
echo "command=$folder/bin/lvstate" >>"$GITHUB_OUTPUT"
