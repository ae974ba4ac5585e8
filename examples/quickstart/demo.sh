#!/bin/sh
# Plans, applies and plans again this example with the lvstate on the PATH, in a scratch copy, on the embedded emulator.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)

# The emulator needs no credentials, and a demo must not find its way to a tenant.
for name in $(env | sed -n 's/^\(LVSTATE_[A-Za-z0-9_]*\)=.*/\1/p'); do
    unset "$name"
done

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cp -R "$here/." "$scratch"
rm -rf "$scratch/.lvstate" "$scratch/demo.sh"
cd -- "$scratch"

run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

run lvstate plan
run lvstate apply --yes
run lvstate plan --detailed-exitcode # exits 2 if a difference is left
