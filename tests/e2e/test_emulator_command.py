"""`lvstate emulator` as a process: what it serves, loads, dumps and refuses."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import jsonschema
import pytest
import requests

from tests.e2e.stage import Project, Ran

LOGIN = {"clientName": "EMULATOR", "userName": "sysadmin", "password": "emulator"}
GROUP = {
    "id": 5,
    "name": "Five",
    "createdBy": "Emulator\\Admin, System",
    "modifiedBy": "Emulator\\Admin, System",
    "createdAt": 1,
    "modifiedAt": 1,
}
TENANT = {"format_version": "1.0", "contact_groups": [GROUP]}
BUSY = {
    "format_version": "1.0",
    "rules": [{"operation": "List All Types", "nth": 2, "effect": "status", "status": 503}],
}


@pytest.fixture
def serve(project: Project) -> Iterator[Callable[..., str]]:
    """Run `lvstate emulator OPTIONS` until the test ends, and return its URL."""
    with ExitStack() as stack:

        def run(*options: str, **variables: str) -> str:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "lvstate", "emulator", "--port", "0", *options],
                    cwd=project.root,
                    env={**project.variables(), **variables},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )

            def stop() -> None:
                process.send_signal(signal.SIGTERM)
                _, told = process.communicate(timeout=20)
                assert (process.returncode, told) == (0, "")

            stack.callback(stop)
            assert process.stdout is not None
            return process.stdout.readline().strip()

        yield run


def session(url: str) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    answer = made.post(f"{url}/session/login", json=LOGIN, headers={"LV-Access": "emulator"}, timeout=10)
    made.headers["LV-Session"] = answer.json()["sessionId"]
    return made


def _write(project: Project, name: str, document: Any) -> str:
    project.write(name, document if isinstance(document, str) else json.dumps(document))
    return name


def refused(ran: Ran) -> str:
    """Demand a usage error with a hint, and return what it says."""
    assert (ran.code, ran.out) == (64, "")
    assert len(ran.err.splitlines()) == 2, ran.err  # what is wrong, and what to do
    return ran.err


def test_a_script_of_faults_is_followed_from_the_start(project: Project, serve: Callable[..., str]) -> None:
    url = serve("--faults", _write(project, "faults.json", BUSY))
    with session(url) as caller:
        statuses = [caller.get(f"{url}/account/types", timeout=10).status_code for _ in range(3)]
        control = caller.get(f"{url}/_emulator/faults", timeout=10).status_code
    assert (statuses, control) == ([200, 503, 200], 404)


def test_control_opens_the_laboratory(project: Project, serve: Callable[..., str]) -> None:
    url = serve("--control", "--session-lifetime", "60", "--latency", "1", "--rate", "500")
    with session(url) as caller:
        conditions = caller.get(f"{url}/_emulator/conditions", timeout=10).json()
    assert conditions == {"latency_ms": 1.0, "rate": 500.0, "session_lifetime": 60.0}


def test_every_option_has_its_variable(project: Project, serve: Callable[..., str]) -> None:
    url = serve(
        LVSTATE_CONTROL="1",
        LVSTATE_GENERATE="contact_groups=3",
        LVSTATE_SEED_NUMBER="7",
        LVSTATE_FAULTS=_write(project, "faults.json", BUSY),
        LVSTATE_SESSION_LIFETIME="9",
        LVSTATE_STRICT_PATHS="1",
        LVSTATE_ACCOUNT_LIST_KEY="listAccounts",
        LVSTATE_BULK_UPDATE_MESSAGE="1",
        LVSTATE_OVERWRITE_ACCOUNTS="1",
    )
    with session(url) as caller:
        assert caller.get(f"{url}/_emulator/faults", timeout=10).json() == BUSY
        assert len(caller.get(f"{url}/_emulator/tenant", timeout=10).json()["contact_groups"]) == 3


def test_equal_numbers_generate_equal_tenants(project: Project, serve: Callable[..., str]) -> None:
    for name, number in (("one", "7"), ("two", "7"), ("three", "8")):
        serve("--generate", "accounts=40", "--seed-number", number, "--data", f"{name}.db")
    one, two, three = (
        project.run("emulator", "dump", "--data", f"{name}.db").out for name in ("one", "two", "three")
    )
    assert one == two != three
    assert len(json.loads(one)["accounts"]) == 40


def test_what_is_loaded_is_served_and_dumped(project: Project, serve: Callable[..., str]) -> None:
    loaded = project.run("emulator", "load", _write(project, "tenant.json", TENANT), "--data", "t.db")
    assert (loaded.code, loaded.out) == (0, "loaded 1 contact_groups\n")
    url = serve("--data", "t.db")
    with session(url) as caller:
        assert caller.get(f"{url}/contact/contactGroups/5", timeout=10).json() == GROUP
    dumped = project.run("emulator", "--data", "t.db", "dump")
    assert dumped.code == 0
    assert json.loads(dumped.out)["contact_groups"] == [GROUP]
    schema = json.loads(project.run("schema", "emulator-tenant").out)
    jsonschema.Draft202012Validator(schema).validate(json.loads(dumped.out))


def test_a_load_tells_its_counts_as_json_and_reads_stdin(project: Project) -> None:
    _write(project, "tenant.json", TENANT)
    with (project.root / "tenant.json").open("rb") as stdin:
        done = subprocess.run(
            [sys.executable, "-m", "lvstate", "emulator", "load", "-", "--data", "t.db", "--format", "json"],
            cwd=project.root,
            env=project.variables(),
            stdin=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert json.loads(done.stdout) == {"format_version": "1.0", "loaded": {"contact_groups": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format_version": "1.0",\n "rules": [}', "faults.json:2:12: not valid JSON"),
        ('{"format_version": "1.0", "rules": [], "rules": []}', "the key 'rules' is given twice"),
        (
            '{"format_version": "1.0", "rules": [{"effect": "delay", "seconds": NaN}]}',
            "NaN is not a JSON value",
        ),
        ("[" * 200_000, "nested too deeply"),
        ('{"format_version": "1.0", "rules": [{"effect": "explode"}]}', "$.rules[0].effect: must be one of"),
        ("[]", "faults.json: $: must be an object"),
    ],
)
def test_a_bad_script_is_a_usage_error_with_its_place(project: Project, text: str, message: str) -> None:
    assert message in refused(project.run("emulator", "--faults", _write(project, "faults.json", text)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--faults", "none.json"], "cannot read none.json"),
        (["--generate", "accounts"], "'accounts' is not of the form name=number"),
        (["--generate", "accounts=1,accounts=2"], "accounts is given twice"),
        (["--generate", "planets=1"], "nothing generates 'planets'"),
        (["--seed", "full"], "'full'"),
        (["--session-lifetime", "0"], "out of range"),
        (["--account-list-key", "accounts"], "'accounts'"),
        (["--data", "foreign.txt"], "foreign.txt"),
        (["--log", "foreign.txt/log"], "cannot write foreign.txt/log"),
        (["load", "tenant.json"], "--data is missing"),
        (["load", "tenant.json", "--data", "foreign.txt"], "foreign.txt"),
        (["load", "none.json", "--data", "t.db"], "cannot read none.json"),
        (["load", "wrong.json", "--data", "t.db"], "wrong.json: $.contact_groups[0].id: must be at least 1"),
        (["dump"], "--data is missing"),
        (["dump", "--data", "t.db"], "there is no data file t.db"),
        (["dump", "--data", "foreign.txt"], "foreign.txt"),
        (["lod", "x"], "No such command 'lod'"),
    ],
)
def test_what_cannot_be_used_is_a_usage_error(project: Project, arguments: list[str], message: str) -> None:
    _write(project, "tenant.json", TENANT)
    _write(project, "wrong.json", {**TENANT, "contact_groups": [{**GROUP, "id": 0}]})
    _write(project, "foreign.txt", "not a database at all " * 100)
    assert message in refused(project.run("emulator", *arguments))
    assert not (project.root / "t.db").exists()


def test_a_second_load_of_the_same_objects_is_refused_whole(project: Project) -> None:
    tenant = _write(project, "tenant.json", TENANT)
    assert project.run("emulator", "load", tenant, "--data", "t.db").code == 0
    said = refused(project.run("emulator", "load", tenant, "--data", "t.db"))
    assert "$.contact_groups: the tenant or the document has one of these values of id already" in said


def test_help_shows_the_subcommands(project: Project) -> None:
    shown = project.run("emulator", "--help")
    assert shown.code == 0
    for name in ("load", "dump", "--faults", "--control", "--generate"):
        assert name in shown.out


def test_files_of_the_schemas_are_printed(project: Project) -> None:
    for name in ("emulator-faults", "emulator-tenant"):
        jsonschema.Draft202012Validator.check_schema(json.loads(project.run("schema", name).out))
