"""The files of a new project, as text."""

from __future__ import annotations

import json
from pathlib import Path

PROJECT_FILE = "lvstate.yaml"
IGNORE_FILE = ".gitignore"
IGNORE_LINE = ".lvstate/"
STARTER = "manifests/tenant.yaml"

# Where each pipeline's files come from, by their folder in an installed package and in a checkout, and where they go.
_PIPELINES = {
    "github": (
        ("ci/github", "examples/github", ".github/workflows"),
        ("ci/action", ".github/actions/lvstate", ".github/actions/lvstate"),
    ),
    "gitlab": (("ci/gitlab", "examples/gitlab", ".gitlab"),),
}
_AT_THE_TOP = {".gitlab-ci.yml"}
_SUFFIXES = {".yml", ".sh", ".py"}

_EMULATOR = """\
  emulator:
    url: "emulator:"          # runs inside lvstate; its data in .lvstate/emulator.db
"""

_PRODUCTION = """\
  # production:
  #   url: https://api.na4.livevox.com
  #   client: ACME            # the Client Code of the portal's Client Editor
"""

_STARTER = """\
version: 1

# Only what stands here is managed; everything else in the tenant is left alone.
# Contact groups can never be deleted through the API: plan before you apply.

contact_groups:
  # early-stage: Early Stage 1-30

custom_fields:
  # COL1: Promise Date
  # COL30: {label: Colour, data_type: LIST, list_values: [blue, green, red]}

account_classifications:
  # platinum: {name: Platinum, level: 1}

account_types:
  # hospital: {name: Hospital, level: 1}
"""


def project_file(environment: str | None = None, url: str | None = None, client: str | None = None) -> str:
    """Return `lvstate.yaml`: with the emulator, and with one real environment where it is named."""
    real = _PRODUCTION
    if environment is not None and url is not None:
        lines = [f"  {json.dumps(environment)}:", f"    url: {json.dumps(url)}"]
        if client is not None:
            lines.append(f"    client: {json.dumps(client)}")
        real = "\n".join(lines) + "\n"
    default = json.dumps(environment) if environment is not None and url is not None else "emulator"
    return (
        "version: 1\n"
        "manifests: [manifests/]\n"
        f"default_environment: {default}\n"
        "\n"
        "environments:\n"
        f"{_EMULATOR}{real}"
        "\n"
        "limits: {max_deletes: 5}      # a plan with more deletes is blocked\n"
        "# protect: [account_classification/Platinum]   # never deleted, whatever else says so\n"
    )


def starter_manifest() -> str:
    """Return a manifest that declares nothing yet and shows how everything is declared."""
    return _STARTER


def pipeline_files(name: str) -> dict[str, str]:
    """Return the files of a pipeline, `github` or `gitlab`: those of the published examples, as they are."""
    package = Path(__file__).parents[1]
    files = {}
    for installed, checkout, target in _PIPELINES[name]:
        folder = package / installed
        folder = folder if folder.is_dir() else package.parent / checkout
        for path in sorted(folder.iterdir()):
            if path.suffix in _SUFFIXES:
                place = path.name if path.name in _AT_THE_TOP else f"{target}/{path.name}"
                files[place] = path.read_text(encoding="utf-8")
    return files
