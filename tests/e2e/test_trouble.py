"""What users meet when something is wrong: one clear error, the right exit code, nothing written."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.e2e.stage import Project, Tenant

GROUPS = "version: 1\ncontact_groups:\n  early: Early Stage\n"
LOGIN = json.dumps({"sessionId": "a-session-of-a-fake", "clientId": 1, "userId": 2})


@contextmanager
def answering(status: int, kind: str, body: bytes) -> Iterator[tuple[str, list[str]]]:
    """Serve a tenant that logs in and answers everything else the same way; yields URL and requests."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append(f"{self.command} {self.path}")
            login = self.path == "/session/login"
            payload = LOGIN.encode() if login else body
            self.send_response(200 if login else status)
            self.send_header("Content-Type", "application/json" if login else kind)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 (the library's names)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "kind", "body", "code", "says"),
    [
        (403, "application/json", b'{"code":403,"message":"no"}', 8, "refused"),
        (401, "application/json", b'{"code":401,"message":"no"}', 8, "refuse"),
        (200, "text/html", b"<html>Please sign in</html>", 1, "not from the API"),
        (200, "application/json", b'{"contactGroup": [{"id": 1, "na', 1, "damaged"),
        (200, "application/json", b'{"groups": []}', 1, "contactGroup"),
        (404, "text/plain", b"nothing here", 1, "404"),
        (302, "text/plain", b"", 1, "redirects are never followed"),
        (500, "application/json", b"{}", 1, "500"),
    ],
    ids=["403", "401", "html", "truncated", "other-shape", "404", "redirect", "500"],
)
def test_an_answer_that_cannot_be_used_is_an_error_and_never_empty(
    project: Project, status: int, kind: str, body: bytes, code: int, says: str
) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    with answering(status, kind, body) as (url, seen):
        project.url = url

        ran = project.run("apply", "--yes", "--deadline", "1")

    assert ran.code == code, ran.err
    assert says in ran.err
    assert [line for line in seen if line.startswith(("PUT", "DELETE"))] == []
    assert [line for line in seen if line.startswith("POST") and "login" not in line] == []


def test_a_refused_connection_says_that_the_service_cannot_be_reached(project: Project) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        project.url = f"http://127.0.0.1:{taken.getsockname()[1]}"

        ran = project.run("plan")

    assert ran.code == 1
    assert "connection refused" in ran.err


def test_wrong_credentials_are_tried_once(project: Project, tenant: Tenant) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    project.url = tenant.url

    ran = project.run("plan", LVSTATE_PASSWORD="not-the-password")

    assert ran.code == 8
    assert "login was refused" in ran.err
    assert "not-the-password" not in ran.err + ran.out
    assert [r["path"] for r in tenant.requests()] == ["/session/login"]


def test_missing_credentials_are_named_before_any_request(project: Project, tenant: Tenant) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    project.url = tenant.url

    ran = project.run("plan", LVSTATE_PASSWORD="", LVSTATE_ACCESS_TOKEN="")

    assert ran.code == 8
    assert "LVSTATE_ACCESS_TOKEN, LVSTATE_PASSWORD" in ran.err
    assert tenant.requests() == []


def test_a_role_that_may_not_write_groups_writes_nothing(project: Project, tenant: Tenant) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    project.url = tenant.url

    ran = project.run("apply", "--yes", LVSTATE_USERNAME="manager")

    assert ran.code == 8
    assert "403" in ran.out
    assert "Early Stage" not in json.dumps(tenant.everything())


@pytest.mark.parametrize(
    "url", ["https://example.com", "http://api.livevox.com", "https://livevox.com.example.net", "ftp://x"]
)
def test_a_host_that_is_not_the_vendors_gets_no_credentials(project: Project, url: str) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    text = (project.root / "lvstate.yaml").read_text(encoding="utf-8")

    by_variable = project.run("plan", LVSTATE_URL=url)
    project.write("lvstate.yaml", text.replace('"emulator:"', f'"{url}"'))
    by_file = project.run("plan")

    assert (by_variable.code, by_file.code) == (64, 3)
    assert "lvstate.yaml:5:" in by_file.err


def test_apply_without_a_terminal_needs_yes_before_any_request(project: Project, tenant: Tenant) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    project.url = tenant.url

    ran = project.run("apply")

    assert ran.code == 64
    assert "--yes" in ran.err
    assert tenant.requests() == []


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nonsense"], 64, "nonsense"),
        (["plan", "--nonsense"], 64, "--nonsense"),
        (["plan", "--form", "json"], 64, "--form"),
        (["plan", "-o", "x"], 64, "-o"),
        (["plan", "--format", "xml"], 64, "xml"),
        (["plan", "--write", "text"], 64, "FORMAT=FILE"),
        (["plan", "--select", "groups"], 64, "KIND/GLOB"),
        (["plan", "--select", "group/*"], 64, "contact_group"),
        (["plan", "-e", "prod"], 64, "prod"),
        (["plan", "--parallelism", "0"], 64, "parallelism"),
        (["plan", "-C", "nowhere"], 64, "nowhere"),
        (["apply", "nowhere.json"], 64, "nowhere.json"),
        (["apply", "lvstate.yaml"], 3, "not a saved plan"),
        (["show", "nowhere.json"], 64, "nowhere.json"),
        (["apply", "--expect", "abc"], 64, "fingerprint"),
        (["schema", "nonsense"], 64, "manifest"),
        (["plan", "-C", "empty"], 3, "lvstate.yaml"),
    ],
)
def test_usage_errors_have_their_code_and_say_what_to_do(
    project: Project, arguments: list[str], code: int, says: str
) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    (project.root / "empty").mkdir()

    ran = project.run(*arguments)

    assert ran.code == code, ran.err
    assert says in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("place", ["before", "after"])
def test_global_options_stand_before_or_after_the_command(project: Project, place: str) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    arguments = ["--format", "json", "plan"] if place == "before" else ["plan", "--format", "json"]

    assert project.run(*arguments).document["summary"]["create"] == 1


def test_an_option_can_be_given_as_a_variable_and_loses_to_the_flag(project: Project) -> None:
    project.write("manifests/groups.yaml", GROUPS)

    assert project.run("plan", LVSTATE_FORMAT="json").document["summary"]["create"] == 1
    assert project.run("plan", "--format", "text", LVSTATE_FORMAT="json").out.startswith("test (EMULATOR")
    assert project.run("plan", LVSTATE_DETAILED_EXITCODE="1").code == 2


def test_a_plan_of_another_tenant_is_refused_as_foreign(
    project: Project, start_tenant: Callable[..., Tenant]
) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    project.run("plan", "--out", "plan.json")
    other = start_tenant("empty")
    project.url = other.url

    ran = project.run("apply", "plan.json")

    assert ran.code == 5
    assert "the plan is for" in ran.err
    assert other.writes() == []


def test_a_plan_of_a_future_version_is_refused_as_invalid(project: Project) -> None:
    project.write("manifests/groups.yaml", GROUPS)
    project.run("plan", "--out", "plan.json")
    document = json.loads((project.root / "plan.json").read_text(encoding="utf-8"))
    project.write("future.json", json.dumps({**document, "format_version": "2.0"}))

    ran = project.run("apply", "future.json")

    assert ran.code == 3
    assert "2.0" in ran.err


def test_blocked_items_stop_everything_unless_told_otherwise(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    project.write("manifests/groups.yaml", f"{GROUPS}  boa: Client BOA\n")

    plan = project.run("plan", "--format", "json")
    stopped = project.run("apply", "--yes")
    rest = project.run("apply", "--yes", "--skip-blocked", "--format", "json")

    assert plan.code == 4
    assert plan.document["blocked"][0]["code"] == "ambiguous-name"
    assert plan.document["blocked"][0]["live_ids"] == [2200, 2201, 2202]
    assert stopped.code == 4
    assert rest.code == 4
    assert rest.document["converged"] is False
    assert tenant.writes() == ["POST /contact/contactGroups"]


def test_a_delete_is_blocked_while_accounts_use_the_object(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    manifest = "version: 1\nremoved:\n  account_classifications:\n    gold: {name: Gold}\n"
    project.write("manifests/removed.yaml", manifest)

    plan = project.run("plan", "--format", "json")
    project.write("manifests/removed.yaml", manifest.replace("Gold}", "Gold, in_use: allow}"))
    allowed = project.run("plan", "--format", "json")

    assert plan.code == 4
    assert plan.document["blocked"][0]["code"] == "in-use"
    assert allowed.code == 0
    assert allowed.document["changes"][0]["in_use"] >= 1


def test_a_broken_pipe_is_no_crash(project: Project) -> None:
    import subprocess
    import sys

    project.write("manifests/groups.yaml", GROUPS)
    command = f"{sys.executable} -m lvstate schema | head -c 1"

    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=project.root,
        env=project.variables(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
