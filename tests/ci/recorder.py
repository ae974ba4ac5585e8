"""The real `lvstate`, which also notes how it was called: the command that the action finds installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Note the call, and run it."""
    note = {"arguments": arguments, "variables": [name for name in os.environ if name.startswith("LVSTATE_")]}
    with Path(os.environ["RECORDED"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(note) + "\n")
    return subprocess.run([sys.executable, "-m", "lvstate", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
