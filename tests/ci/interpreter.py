"""The Python of a runner: `-m venv` makes an environment whose pip notes what it is asked, and whose lvstate is ours."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent


def _program(path: Path, script: Path) -> None:
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def main(arguments: list[str]) -> int:
    """Make an environment, or note what pip is asked."""
    match arguments:
        case ["-m", "venv", folder]:
            (Path(folder) / "bin").mkdir()
            _program(Path(folder) / "bin" / "python", Path(__file__))
            _program(Path(folder) / "bin" / "lvstate", HERE / "recorder.py")
        case ["-m", "pip", "install", *rest]:
            secrets = [name for name in os.environ if name.startswith("LVSTATE_")]
            with Path(os.environ["INSTALLED"]).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"asked": rest, "secrets": secrets}) + "\n")
        case _:
            raise AssertionError(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
