"""The real `lvstate`, which also notes how it was called: the command that the action finds installed.

Until three-way plans, Markdown and annotations are merged it stands in for the options that the command does not
know yet (STOPGAP names them); with none missing it only notes and runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def _known(arguments: list[str], missing: list[str]) -> list[str]:
    if "base" in missing:
        arguments = [a for a in arguments if not a.startswith(("--base=", "--allow-create="))]
    if "markdown" in missing:
        arguments = [
            a.replace("markdown=", "text=", 1) if a.startswith("markdown=") else a for a in arguments
        ]
    if "github" in missing:
        arguments = ["text" if a == "github" else a for a in arguments]
    return arguments


def main(arguments: list[str]) -> int:
    """Note the call, and run it."""
    note = {"arguments": arguments, "variables": [name for name in os.environ if name.startswith("LVSTATE_")]}
    with Path(os.environ["RECORDED"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(note) + "\n")
    missing = os.environ.get("STOPGAP", "").split()
    if "base" in missing and "--offline" in arguments:
        return 0
    command = [sys.executable, "-m", "lvstate", *_known(arguments, missing)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
