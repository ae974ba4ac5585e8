"""Files become a project: layers, environments, variables, and every problem in one run."""

from __future__ import annotations

import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

from lvstate.errors import InvalidInput, UsageError
from lvstate.manifests import check_project, load_environment, load_project
from lvstate.model.problem import Severity, Source
from lvstate.model.project import Pattern, UnlistedMode
from tests.manifests.memory import PROJECT, ROOT, MemoryFiles, check, lines, load, load_manifest

TWO = """\
version: 1
default_environment: dev
environments:
  dev: {url: "emulator:"}
  prod:
    url: https://api.na4.livevox.com
    client: ACME
    manifests: [over/]
    variables: {region: West, top: 3}
variables:
  region: {default: East}
  top: {default: 1}
  loud: {default: true}
unlisted: {account_types: drift}
ignore: ["contact_group/tmp *"]
protect: ["*/Platinum"]
limits: {max_deletes: 2, empty_kind: allow}
"""
BASE = """\
version: 1
contact_groups:
  east: "${var.region} 1"
  base: {name: Base, previous_names: [Old, Older]}
account_types:
  t: {name: "T ${var.loud}", level: "${var.top}"}
"""
OVER = """\
version: 1
contact_groups:
  base: {previous_names: [Oldest], id: 5}
  east: ~
  new: New
"""
FILES = {"lvstate.yaml": TWO, "manifests/a.yaml": BASE, "over/a.yaml": OVER}


def test_an_overlay_replaces_fields_and_whole_lists_adds_and_leaves_alone() -> None:
    project = load(FILES, "prod")

    assert [(d.ref, dict(d.fields), d.pin, d.previous_names) for d in project.declared] == [
        ("contact_group/base", {"name": "Base"}, 5, ("Oldest",)),
        ("account_type/t", {"name": "T true", "level": 3}, None, ()),
        ("contact_group/new", {"name": "New"}, None, ()),
    ]
    assert [(d.ref, dict(d.fields)) for d in project.released] == [("contact_group/east", {"name": "West 1"})]
    assert project.declared[0].source == Source("manifests/a.yaml", 4, 3)


def test_without_the_overlay_the_base_stands() -> None:
    project = load(FILES)

    assert project.environment.name == "dev"
    assert project.released == ()
    assert [d.address for d in project.declared] == ["east", "base", "t"]
    assert project.declared[0].fields == {"name": "East 1"}


def test_the_policy_is_read_with_its_places() -> None:
    policy = load(FILES).policy

    assert policy.mode("account_type") is UnlistedMode.DRIFT
    assert policy.unlisted_sources == {"account_type": Source("lvstate.yaml", 14, 12)}
    assert policy.ignore == (Pattern("contact_group", "tmp *"),)
    assert policy.protect == (Pattern("*", "Platinum"),)
    assert (policy.max_deletes, policy.empty_kind_allowed) == (2, True)


def test_the_environment_of_the_process_wins_over_the_project_file() -> None:
    files = MemoryFiles(FILES)
    plain = load_project(ROOT, "prod", files=files).environment
    other = load_project(ROOT, "prod", url="http://127.0.0.1:1", client="OTHER", files=files).environment

    assert (plain.url, plain.url_source, plain.client) == (
        "https://api.na4.livevox.com",
        Source("lvstate.yaml", 6, 10),
        "ACME",
    )
    assert (other.url, other.url_source, other.client) == ("http://127.0.0.1:1", None, "OTHER")


def test_an_environment_is_known_before_there_are_manifests() -> None:
    """`export` needs a tenant, and comes first where a tenant is adopted."""
    files = MemoryFiles({"lvstate.yaml": TWO, "manifests/a.yaml": "version: ["})

    assert load_environment(ROOT, "prod", files=files)[1].url == "https://api.na4.livevox.com"
    assert load_environment(ROOT, url="http://127.0.0.1:1", files=files)[1].url == "http://127.0.0.1:1"
    with pytest.raises(InvalidInput):
        load_environment(ROOT, files=MemoryFiles({"lvstate.yaml": TWO + "limit: {}"}))
    with pytest.raises(InvalidInput):
        load_environment(ROOT, files=MemoryFiles({"lvstate.yaml": "version: 1"}))


def test_whoever_waits_for_the_environment_is_told_before_any_manifest_is_read() -> None:
    happened: list[str] = []

    class Watched(MemoryFiles):
        def read(self, path: str) -> bytes:
            happened.append(path)
            return super().read(path)

    files = Watched({"lvstate.yaml": PROJECT, "manifests/a.yaml": "version: 1\nnonsense: 1\n"})
    with pytest.raises(InvalidInput):
        load_project(ROOT, files=files, found=lambda environment: happened.append(environment.name))
    assert happened == ["lvstate.yaml", "here", "manifests/a.yaml"]


def test_an_unknown_environment_is_a_usage_error_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match="no environment called prd") as caught:
        load(FILES, "prd")
    assert caught.value.hint == "Did you mean prod?"
    with pytest.raises(UsageError):
        check(FILES, "prd")


def test_of_several_environments_one_must_be_named() -> None:
    several = TWO.replace("default_environment: dev\n", "")
    with pytest.raises(UsageError, match="name an environment") as caught:
        load({**FILES, "lvstate.yaml": several})
    assert caught.value.hint == "`-e NAME`; there are dev, prod."


def test_a_default_environment_that_is_not_there_is_the_project_files_fault() -> None:
    with pytest.raises(InvalidInput) as caught:
        load({**FILES, "lvstate.yaml": TWO.replace("default_environment: dev", "default_environment: stage")})
    assert lines(caught.value.problems) == ["lvstate.yaml:2:22 unknown-environment"]


def test_validate_looks_at_every_environment_and_tells_each_problem_once() -> None:
    broken = {**FILES, "manifests/b.yaml": "version: 1\ncontact_groups:\n  bad: no\n  worse: [\n"}
    over = {**FILES, "over/a.yaml": "version: 1\ncontact_groups: {nowhere: ~}\n"}

    assert lines(check(broken)) == [
        "manifests/b.yaml:3:8 ambiguous-scalar",
        "manifests/b.yaml:4:11 yaml-syntax",
    ]
    assert lines(check(over)) == ["over/a.yaml:2:18 nothing-to-leave-alone"]
    assert lines(check(over, "dev")) == []


def test_an_invalid_project_is_refused_with_all_its_problems() -> None:
    with pytest.raises(InvalidInput) as caught:
        load_manifest("version: 1\ncontact_groups:\n  a: no\n  b: 2019\n  c: ' C'\n")
    assert caught.value.message == "2 errors in manifests/a.yaml"
    assert lines(caught.value.problems) == [
        "manifests/a.yaml:3:6 ambiguous-scalar",
        "manifests/a.yaml:4:6 unquoted",
        "manifests/a.yaml:5:6 [blank-edge]",
    ]


def test_warnings_do_not_refuse_a_project() -> None:
    project = load_manifest("version: 1\ncontact_groups:\n  a: ' A'\n")

    assert lines(project.warnings) == ["manifests/a.yaml:3:6 [blank-edge]"]
    assert project.declared[0].fields == {"name": " A"}


def test_a_hundred_problems_are_told_and_the_rest_is_counted() -> None:
    problems = check(
        {"manifests/a.yaml": "version: 1\ncontact_groups:\n" + "".join(f"  a{n}: no\n" for n in range(250))}
    )

    assert len(problems) == 101
    assert problems[-1].message == "and 150 more"


def test_warnings_never_push_an_error_out() -> None:
    entries = "".join(f"  a{n}: ' A{n}'\n" for n in range(250))
    problems = check({"manifests/a.yaml": f"version: 1\ncontact_groups:\n{entries}  z: no\n"})

    assert [p.code for p in problems if p.severity is Severity.ERROR] == ["ambiguous-scalar"]


def test_the_order_in_which_files_are_listed_does_not_matter() -> None:
    contents = {
        f"manifests/{name}.yaml": f"version: 1\naccount_types: {{t{name}: T{name}}}\n" for name in "abc"
    }
    for order in permutations(contents.items()):
        assert [d.address for d in load(dict(order)).declared] == ["ta", "tb", "tc"]


def test_declarations_stand_in_the_order_of_the_file() -> None:
    project = load_manifest("version: 1\naccount_types: {b: B, a: A}\ncontact_groups: {z: Z}\n")

    assert [d.address for d in project.declared] == ["b", "a", "z"]


def test_a_removal_carries_what_it_says() -> None:
    project = load_manifest(
        "version: 1\nremoved:\n  account_types:\n    a: {name: A, level: 3, id: 7, reason: OPS-1, in_use: allow}\n    b: B\n"
    )

    assert [(r.ref, r.name, r.id, r.reason, r.in_use_allowed) for r in project.removals] == [
        ("account_type/a", "A", 7, "OPS-1", True),
        ("account_type/b", "B", None, None, False),
    ]
    assert project.removals[0].source == Source("manifests/a.yaml", 4, 5)


def test_a_folder_without_a_project_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"no lvstate\.yaml here") as caught:
        load_project(tmp_path)
    assert "lvstate init" in str(caught.value.hint)
    assert lines(check_project(tmp_path)) == ["- no-project"]
    (tmp_path / "lvstate.yml").touch()
    assert check_project(tmp_path)[0].hint == "Rename lvstate.yml to lvstate.yaml."


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        load_project(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "# nothing\n", "version: [\n"])
def test_a_project_file_that_is_empty_or_not_yaml_is_invalid(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"lvstate\.yaml cannot be read"):
        load({"lvstate.yaml": text})
    assert [p.code for p in check({"lvstate.yaml": text})] in (["empty-file"], ["yaml-syntax"])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("${var.region}", "East"),
        ("a ${var.region}${var.region} b", "a EastEast b"),
        ("$${var.region}", "${var.region}"),
        ("$$${var.region}", "$${var.region}"),
        ("${region} ${env.x} $var.region {var.region}", "${region} ${env.x} $var.region {var.region}"),
        ("${var.top}", 1),
        ("nr ${var.top}", "nr 1"),
        ("${var.loud}", True),
    ],
)
def test_variables_are_put_into_values(written: str, read: object) -> None:
    from lvstate.manifests.reader import read as parse
    from lvstate.manifests.variables import substitute

    document = parse("a.yaml", f"a: ['{written}']\n".encode())
    variables: dict[str, str | int | bool] = {"region": "East", "top": 1, "loud": True}

    assert substitute(document, variables) == {"a": [read]}
    assert document.problems == []


def test_keys_are_never_substituted() -> None:
    problems = check({**FILES, "manifests/b.yaml": 'version: 1\ncontact_groups:\n  "${var.region}": A\n'})

    assert lines(problems) == ["manifests/b.yaml:3:3 bad-address"]


def test_a_valid_project_is_loaded_without_jsonschema(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "lvstate.yaml").write_text("version: 1\nenvironments: {here: {url: x}}\n")
    (tmp_path / "manifests" / "a.yaml").write_text("version: 1\ncontact_groups: {a: A}\n")
    code = (
        "import sys; from pathlib import Path; import lvstate.manifests;"
        "assert not {'yaml', 'jsonschema', 'lvstate.manifests.loader'} & sys.modules.keys();"
        "lvstate.manifests.load_project(Path(sys.argv[1]));"
        "assert 'jsonschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=Path(__file__).parents[2])


def test_an_unknown_name_of_the_room_is_an_attribute_error() -> None:
    import lvstate.manifests

    with pytest.raises(AttributeError, match="nothing"):
        _ = lvstate.manifests.nothing
