"""Writes the same configuration of N objects for each contender, in the shape its users write."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

GROUPS_PER_FILE = 1000
UNUSED_ID = "00000000-0000-4000-8000-{:012d}"


def lvstate(folder: Path, groups: int, *, first: int = 1) -> None:
    """A project of so many contact groups, a thousand to a file, named as the mock service names its own."""
    (folder / "manifests").mkdir(parents=True)
    (folder / "lvstate.yaml").write_text(
        "version: 1\nmanifests: [manifests/]\ndefault_environment: bench\n"
        "environments:\n  bench: {url: 'http://127.0.0.1:1'}\n",
        "utf-8",
    )
    numbers = range(first, first + groups)
    for start in range(0, groups, GROUPS_PER_FILE):
        lines = [f"  g{n:06d}: Group {n:06d}" for n in numbers[start : start + GROUPS_PER_FILE]]
        path = folder / "manifests" / f"groups-{start:06d}.yaml"
        path.write_text("version: 1\ncontact_groups:\n" + "\n".join(lines) + "\n", "utf-8")


def script(folder: Path, groups: int) -> None:
    """The same YAML in one file, and the script that posts what is missing."""
    folder.mkdir(parents=True)
    names = "\n".join(f"  g{n:06d}: Group {n:06d}" for n in range(1, groups + 1))
    (folder / "groups.yaml").write_text(f"contact_groups:\n{names}\n", "utf-8")
    shutil.copy(Path(__file__).with_name("plain_script.py"), folder)


def octodns(folder: Path, records: int) -> None:
    """One zone of so many A records, desired and live both in YAML files."""
    rows = "".join(
        f"r{n:06d}:\n  ttl: 300\n  type: A\n  value: 10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}\n"
        for n in range(1, records + 1)
    )
    for side in ("desired", "live"):
        (folder / side).mkdir(parents=True)
        (folder / side / "example.com.yaml").write_text(f"---\n{rows}", "utf-8")
    providers = "".join(
        f"  {side}:\n    class: octodns.provider.yaml.YamlProvider\n    directory: ./{side}\n    default_ttl: 300\n"
        for side in ("desired", "live")
    )
    zone = "zones:\n  example.com.:\n    sources: [desired]\n    targets: [live]\n"
    (folder / "octodns.yaml").write_text(f"---\nproviders:\n{providers}{zone}", "utf-8")


def terraform(folder: Path, resources: int) -> None:
    """One `terraform_data` block for each, and a state that holds them all."""
    folder.mkdir(parents=True)
    blocks = "".join(
        f'resource "terraform_data" "g{n:06d}" {{\n  input = "Group {n:06d}"\n}}\n'
        for n in range(1, resources + 1)
    )
    (folder / "main.tf").write_text(blocks, "utf-8")
    rows = [
        {
            "mode": "managed",
            "type": "terraform_data",
            "name": f"g{n:06d}",
            "provider": 'provider["terraform.io/builtin/terraform"]',
            "instances": [
                {
                    "schema_version": 0,
                    "attributes": {
                        "id": UNUSED_ID.format(n),
                        "input": {"value": f"Group {n:06d}", "type": "string"},
                        "output": {"value": f"Group {n:06d}", "type": "string"},
                        "triggers_replace": None,
                    },
                    "sensitive_attributes": [],
                }
            ],
        }
        for n in range(1, resources + 1)
    ]
    state = {
        "version": 4,
        "terraform_version": "1.0.0",
        "serial": 1,
        "lineage": UNUSED_ID.format(0),
        "outputs": {},
        "resources": rows,
        "check_results": None,
    }
    (folder / "terraform.tfstate").write_text(json.dumps(state), "utf-8")


def terraform_with_curl(folder: Path, groups: int, url: str) -> None:
    """One resource for each group, which a curl creates."""
    folder.mkdir(parents=True)
    blocks = "".join(
        f'resource "terraform_data" "g{n:06d}" {{\n  provisioner "local-exec" {{\n'
        f"    command = \"curl -sf -o /dev/null -X POST -H 'Content-Type: application/json'"
        f' -d \'{{\\"name\\": \\"Group {n:06d}\\"}}\' {url}/contact/contactGroups"\n  }}\n}}\n'
        for n in range(1, groups + 1)
    )
    (folder / "main.tf").write_text(blocks, "utf-8")


def ansible(folder: Path, groups: int, url: str, *, create: bool) -> None:
    """A playbook that lists with `uri`, and posts what is missing."""
    folder.mkdir(parents=True)
    names = "".join(f"      - Group {n:06d}\n" for n in range(1, groups + 1))
    tasks = (
        f"    - uri: {{url: '{url}/contact/contactGroups?count=1000&offset=0', return_content: true}}\n"
        "      register: live\n"
        "    - set_fact:\n"
        "        missing: \"{{ names | difference(live.json.contactGroup | map(attribute='name')) }}\"\n"
    )
    if create:
        tasks += (
            f"    - uri:\n        url: '{url}/contact/contactGroups'\n        method: POST\n"
            "        body_format: json\n        body: {name: '{{ item }}'}\n        status_code: 201\n"
            "      loop: '{{ missing }}'\n"
        )
    (folder / "play.yaml").write_text(
        f"- hosts: localhost\n  connection: local\n  gather_facts: false\n  vars:\n    names:\n{names}  tasks:\n{tasks}",
        "utf-8",
    )
