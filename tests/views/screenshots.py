"""Renders the README's pictures: the plan of examples/quickstart on the vendor's own examples, light and dark."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.views.browser import BROWSER, Browser  # noqa: E402 (the checkout is not installed everywhere)

WIDTH, HEIGHT = 1100, 1000

_LABELS = """{"customFields": [
    {"field": "COL7", "label": "Rating", "dataType": "STRING"},
    {"field": "COL30", "label": "Colour", "dataType": "LIST", "listValues": ["blue", "teal"]}
]}"""


def main() -> None:
    """Write docs/images/plan-light.png and plan-dark.png."""
    if BROWSER is None:
        sys.exit("no Chromium or Chrome on the PATH")
    with tempfile.TemporaryDirectory() as scratch:
        page = _plan(Path(scratch) / "project")
        images = ROOT / "docs" / "images"
        images.mkdir(exist_ok=True)
        with Browser(Path(scratch)) as browser:
            for theme in ("light", "dark"):
                browser.open(page, width=WIDTH, height=HEIGHT, dark=theme == "dark")
                (images / f"plan-{theme}.png").write_bytes(browser.screenshot())


def _plan(project: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "quickstart", project, ignore=shutil.ignore_patterns(".lvstate"))
    # Something to rename, to relabel and to delete, as a tenant in use has.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LVSTATE_")}

    def lvstate(*arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "lvstate", *arguments],
            cwd=project,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            check=False,  # 4 says that something is blocked, and the plan is written all the same
        )

    for method, path, body in (
        ("POST", "/contact/contactGroups", '{"name": "Client Bank of America"}'),
        ("POST", "/account/types", '{"name": "Hospital"}'),
        ("POST", "/account/types", '{"name": "Legacy 2019"}'),
        (
            "PUT",
            "/contact/contacts/customFields",
            _LABELS,
        ),
    ):
        (project / "body.json").write_text(body)
        lvstate("api", method, path, "--input", "body.json")
    lvstate("plan", "--write", "html=plan.html")
    return project / "plan.html"


if __name__ == "__main__":
    main()
