"""`lvstate doctor`: one line a check, a hint where it is not well, and never a write."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from tests.client.misbehaving_server import closed_port
from tests.e2e.fake_service import Asked, Said, fake_service
from tests.e2e.stage import Project, Ran, Tenant

SECRETS = {"LVSTATE_ACCESS_TOKEN": "0f9d3a1c-token-of-acme", "LVSTATE_PASSWORD": "correct-horse-battery"}
KINDS = ["contact_groups", "custom_fields", "account_classifications", "account_types"]
ORDER = ["project", "url", "credentials", "connection", "clock", "login", *KINDS, "role"]


def statuses(ran: Ran) -> dict[str, str]:
    return {check["name"]: check["status"] for check in ran.document["checks"]}


def check(ran: Ran, name: str) -> Any:
    return next(check for check in ran.document["checks"] if check["name"] == name)


def empty(asked: Asked) -> Said:
    """Answer every listing as an empty tenant would."""
    if asked.path.startswith("/session/"):
        return Said(404, b'{"code":203,"message":"No Record Found"}')
    wrapped = {"contactGroups": b'{"contactGroup":[]}', "customFields": b'{"customFields":[]}'}
    return Said(body=next((body for key, body in wrapped.items() if key in asked.path), b"[]"))


def test_all_is_well_with_a_sysadmin(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url

    ran = project.run("doctor", "--format", "json")
    text = project.run("doctor")

    jsonschema.Draft202012Validator(project.run("schema", "doctor").document).validate(ran.document)
    assert (ran.code, text.code, ran.document["ok"], text.err) == (0, 0, True, "")
    assert [check["name"] for check in ran.document["checks"]] == ORDER
    assert set(statuses(ran).values()) <= {"ok", "skipped"}
    assert "90 days" in check(ran, "login")["message"]
    assert "94572" in check(ran, "login")["message"]
    assert [line.split()[1] for line in text.out.splitlines()] == ORDER
    assert (
        len({line.index(word) for line in text.out.splitlines() for word in [line[6:].split("  ")[0]]}) == 1
    )
    assert tenant.writes() == []


@pytest.mark.parametrize(
    ("user", "code", "role", "says"),
    [
        ("superuser", 0, "ok", "Sysadmin or Superuser"),
        ("manager", 0, "warn", "Manager"),
        ("ituser", 0, "warn", "IT User"),
    ],
)
def test_the_role_is_told_by_what_it_may_read(
    project: Project, tenant: Tenant, user: str, code: int, role: str, says: str
) -> None:
    project.url = tenant.url

    ran = project.run("doctor", "--format", "json", LVSTATE_USERNAME=user)

    assert ran.code == code
    assert check(ran, "role")["status"] == role
    assert says in check(ran, "role")["message"]
    assert (role == "ok") is (check(ran, "role")["hint"] is None)
    assert tenant.writes(user) == []


def test_a_user_who_may_read_nothing_fails_with_8(project: Project) -> None:
    def answer(asked: Asked) -> Said:
        return empty(asked) if asked.path.startswith("/session/") else Said(403, b'{"code":403}')

    with fake_service(answer) as service:
        project.url = service.url

        ran = project.run("doctor", "--format", "json")

    assert (ran.code, ran.document["ok"]) == (8, False)
    assert check(ran, "role")["status"] == "fail"


def test_a_tenant_without_types_cannot_tell_manager_from_superuser(project: Project) -> None:
    with fake_service(empty) as service:
        project.url = service.url

        ran = project.run("doctor", "--format", "json")

    assert ran.code == 0
    assert "no account type" in check(ran, "role")["message"]
    assert {asked.method for asked in service.asked} == {"GET"}


def test_no_project_file_is_3_and_skips_the_rest(project: Project) -> None:
    (project.root / "lvstate.yaml").unlink()

    ran = project.run("doctor", "--format", "json")

    assert ran.code == 3
    assert statuses(ran) == {"project": "fail", **dict.fromkeys(ORDER[1:], "skipped")}


def test_an_unknown_environment_is_64(project: Project) -> None:
    assert project.run("doctor", "-e", "nowhere").code == 64


@pytest.mark.parametrize("in_file", [True, False])
def test_a_refused_url_is_3_in_the_file_and_64_in_the_variable(project: Project, in_file: bool) -> None:
    text = (project.root / "lvstate.yaml").read_text(encoding="utf-8")
    if in_file:
        project.write("lvstate.yaml", text.replace('"emulator:"', '"https://evil.example"'))
    else:
        project.url = "https://evil.example"

    ran = project.run("doctor", "--format", "json")

    assert ran.code == (3 if in_file else 64)
    assert statuses(ran) == {
        "project": "ok",
        "url": "fail",
        "credentials": "ok",
        **dict.fromkeys(ORDER[3:], "skipped"),
    }


def test_missing_credentials_are_named_and_reachability_is_looked_at_all_the_same(
    project: Project, tenant: Tenant
) -> None:
    project.url = tenant.url

    ran = project.run("doctor", "--format", "json", LVSTATE_PASSWORD="", LVSTATE_USERNAME="")

    assert ran.code == 8
    assert "LVSTATE_USERNAME, LVSTATE_PASSWORD" in check(ran, "credentials")["message"]
    assert (statuses(ran)["connection"], statuses(ran)["login"]) == ("ok", "skipped")
    assert [r["path"] for r in tenant.requests()] == ["/session/validate/***"]


def test_wrong_credentials_fail_with_8_and_are_tried_once(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url

    ran = project.run("doctor", LVSTATE_PASSWORD="not-the-password")

    assert ran.code == 8
    assert "fail  login" in ran.out
    assert "hint:" in ran.out
    assert "not-the-password" not in ran.out + ran.err
    assert [r["path"] for r in tenant.requests()].count("/session/login") == 1


@pytest.mark.parametrize("scheme", ["http", "proxied"])
def test_a_service_that_cannot_be_reached_fails_with_1(project: Project, scheme: str) -> None:
    nowhere = f"http://127.0.0.1:{closed_port()}"
    if scheme == "http":
        project.url = nowhere
    else:
        project.url = "https://api.livevox.com"
        project.environment = {"HTTPS_PROXY": nowhere.replace("//", "//user:proxy-password@")}

    ran = project.run("doctor", "--format", "json")

    assert ran.code == 1
    assert statuses(ran)["connection"] == "fail"
    assert check(ran, "connection")["hint"]
    assert statuses(ran)["login"] == "skipped"
    assert "proxy-password" not in ran.out + ran.err
    assert ("proxy 127.0.0.1" in check(ran, "url")["message"]) is (scheme == "proxied")


@pytest.mark.parametrize(
    ("answer", "code", "connection"),
    [
        (Said(302, headers={"Location": "https://elsewhere.livevox.com/"}), 1, "fail"),
        (Said(200, b"<html>", "text/html"), 1, "warn"),
        (Said(500, b"{}"), 1, "warn"),
    ],
    ids=["redirect", "html", "500"],
)
def test_an_answer_that_is_not_the_apis_is_said(
    project: Project, answer: Said, code: int, connection: str
) -> None:
    with fake_service(lambda _: answer) as service:
        project.url = service.url

        ran = project.run("doctor", "--format", "json", "--deadline", "1")

    assert ran.code == code
    assert statuses(ran)["connection"] == connection


@pytest.mark.parametrize(("days", "status"), [(13, "warn"), (14, "ok"), (1, "warn"), (None, "ok")])
def test_a_password_that_expires_soon_is_a_warning(project: Project, days: int | None, status: str) -> None:
    told = {"sessionId": "some-session", "clientId": 1, "userId": 2, "daysUntilPasswordExpires": days}
    with fake_service(empty, told) as service:
        project.url = service.url

        ran = project.run("doctor", "--format", "json")

    assert (ran.code, check(ran, "login")["status"]) == (0, status)
    assert (check(ran, "login")["hint"] is None) is (status == "ok")


@pytest.mark.parametrize(
    ("date", "status"),
    [
        ("Sat, 01 Jan 2000 00:00:00 GMT", "warn"),
        ("Fri, 01 Jan 2100 00:00:00 GMT", "warn"),
        ("soon", "skipped"),
    ],
)
def test_a_clock_that_differs_is_a_warning(project: Project, date: str, status: str) -> None:
    def answer(asked: Asked) -> Said:
        said = empty(asked)
        return Said(said.status, said.body, date=date)

    with fake_service(answer) as service:
        project.url = service.url

        ran = project.run("doctor", "--format", "json")

    assert (ran.code, check(ran, "clock")["status"]) == (0, status)


def test_a_session_that_was_given_is_tried_and_never_shown(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    tenant.call("GET", "/account/types")
    session = tenant.headers["LV-Session"]
    nothing = {"LVSTATE_PASSWORD": "", "LVSTATE_ACCESS_TOKEN": ""}

    good = project.run("doctor", "--format", "json", LVSTATE_SESSION_ID=session, **nothing)
    bad = project.run("doctor", "--format", "json", LVSTATE_SESSION_ID=f"x{session}", **nothing)

    assert (good.code, check(good, "login")["status"]) == (0, "ok")
    assert (bad.code, check(bad, "login")["status"]) == (8, "fail")
    assert session not in good.out + good.err + bad.out + bad.err


def test_values_of_credentials_are_never_shown(project: Project) -> None:
    echo = json.dumps({"code": 401, "message": " ".join(SECRETS.values())}).encode()
    project.environment = SECRETS
    with fake_service(lambda _: Said(500, echo)) as service:
        project.url = service.url

        ran = project.run("doctor", "--log-level", "debug", "--deadline", "1")

    assert "LVSTATE_ACCESS_TOKEN" in ran.out
    assert "token-of-acme" not in ran.out + ran.err
    assert "horse" not in ran.out + ran.err


def test_the_embedded_emulator_is_examined_without_a_network(project: Project) -> None:
    ran = project.run("doctor", "--format", "json", LVSTATE_PASSWORD="")

    assert ran.code == 0
    assert check(ran, "credentials")["message"] == "built in"
    assert check(ran, "clock")["status"] == "skipped"


def test_what_is_found_can_be_written_to_a_file_too(
    project: Project, start_tenant: Callable[..., Tenant]
) -> None:
    project.url = start_tenant("empty").url

    ran = project.run("doctor", "--write", "json=found.json")

    assert json.loads((project.root / "found.json").read_text())["ok"] is True
    assert ran.out.startswith("ok")
