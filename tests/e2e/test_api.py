"""`lvstate api`: any call, authenticated, its answer as it came, and writes only when they are meant."""

from __future__ import annotations

import gzip
import json
import os
import pty
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.client.misbehaving_server import closed_port
from tests.e2e.fake_service import SESSION, Asked, Said, fake_service
from tests.e2e.stage import Project, Ran, Tenant
from tests.e2e.test_at_a_terminal import Terminal

TENANT = "https://api.livevox.com"
CSV = '{"exportableFields": ["account", "dueDate"]}'
CREATE = '{"createContactDetails": [{"account": "Doc1"}]}'


def said(document: Any, status: int = 200) -> Said:
    return Said(status, json.dumps(document).encode())


def piped(project: Project, text: bytes, *arguments: str) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "lvstate", *arguments],
        cwd=project.root,
        env=project.variables(),
        input=text,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


# --- calls and answers --------------------------------------------------------------------------


def test_a_read_prints_the_body_as_the_service_sent_it(project: Project) -> None:
    body = b'{"b": 1.10,  "a":"\\u00e9", "id":12345678901234567890}'
    with fake_service(lambda _: Said(body=body)) as service:
        project.url = service.url

        ran = project.run("api", "get", "account/accounts/1")

    assert (ran.code, ran.out.encode(), ran.err) == (0, body, "")
    assert service.lines == ["GET /account/accounts/1"]
    assert service.asked[0].headers["lv-session"] == SESSION
    assert "lv-access" not in service.asked[0].headers


def test_fields_are_the_query_of_a_get(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url

    ran = project.run("api", "GET", "/contact/contactGroups", "-f", "count=2", "-F", "offset=1")

    assert [group["id"] for group in ran.document["contactGroup"]] == [2000, 2200]


def test_fields_are_the_body_of_a_write_to_the_emulator(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url

    made = project.run("api", "POST", "/account/classifications", "-f", "name=007")
    live_id = made.document["id"]
    changed = project.run("api", "PUT", f"/account/classification/{live_id}", "-F", "level=6")

    assert (made.code, changed.code, changed.out) == (0, 0, "")
    assert tenant.call("GET", f"/account/classifications/{live_id}") == {
        "id": live_id,
        "name": "007",
        "level": 6,
    }


def test_nested_fields_keep_the_order_of_the_command_line(project: Project) -> None:
    with fake_service(lambda _: Said(204)) as service:
        project.url = service.url
        phones = ("-f", "d[phone][][phone]=1", "-F", "d[phone][][ordinal]=1")

        project.run(
            "api", "PUT", "/contact/contacts/a", *phones, "-f", "d[phone][][phone]=2", "-F", "d[x]=null"
        )

    assert json.loads(service.asked[0].body) == {
        "d": {"phone": [{"phone": "1", "ordinal": 1}, {"phone": "2"}], "x": None}
    }


@pytest.mark.parametrize("from_stdin", [True, False])
def test_input_is_sent_byte_by_byte_and_fields_go_into_the_query(project: Project, from_stdin: bool) -> None:
    text = b'{ "search" : {"name": "caf\\u00e9"} }\n'
    (project.root / "in.json").write_bytes(text)
    with fake_service(lambda _: said({"listAccount": []})) as service:
        project.url = service.url
        source = "-" if from_stdin else "in.json"

        ran = piped(
            project, text, "api", "post", "/account/accounts/search", "--input", source, "-f", "count=5"
        )

    assert ran.code == 0, ran.err
    assert service.asked[0].body == text
    assert service.lines == ["POST /account/accounts/search?count=5"]


def test_a_typed_field_reads_a_file_as_text(project: Project) -> None:
    project.write("note.txt", "line 1\nline 2\n")
    with fake_service(lambda _: Said(204)) as service:
        project.url = service.url

        project.run(
            "api", "POST", "/account/accounts/1/notes", "-F", "name=@note.txt", "-f", "description=@x"
        )

    assert json.loads(service.asked[0].body) == {"name": "line 1\nline 2\n", "description": "@x"}


@pytest.mark.parametrize(
    ("status", "code", "body"),
    [
        (400, 1, '{"code":400,"message":"no"}'),
        (404, 1, '{"code":203,"message":"No Record Found"}'),
        (405, 1, "not here"),
        (409, 1, '{"code":409,"message":"taken"}'),
        (202, 1, '{"code":202,"message":"Contact already exists!"}'),
        (403, 8, '{"code":403,"message":"your role may not"}'),
        (401, 8, '{"code":401,"message":"who?"}'),
        (500, 6, '{"code":500,"message":"oops"}'),
    ],
)
def test_a_refused_write_shows_the_services_body_and_has_its_exit_code(
    project: Project, status: int, code: int, body: str
) -> None:
    with fake_service(lambda _: Said(status, body.encode())) as service:
        project.url = service.url

        ran = project.run("api", "POST", "/contact/contacts/", "--input", _file(project, "{}"))

    assert (ran.code, ran.out) == (code, body)
    assert str(status) in ran.err
    assert len(service.asked) == (2 if status == 401 else 1)  # 401: surely not carried out, so once more


@pytest.mark.parametrize("status", [500, 503])
def test_a_read_that_the_service_cannot_answer_fails_with_1_after_four_tries(
    project: Project, status: int
) -> None:
    with fake_service(lambda _: Said(status, b"<p>later</p>", "text/html")) as service:
        project.url = service.url

        ran = project.run("api", "GET", "/account/types", "--deadline", "9")

    assert (ran.code, ran.out) == (1, "<p>later</p>")
    assert len(service.asked) == 4


def test_a_refusal_without_a_body_is_an_error_document_with_format_json(project: Project) -> None:
    with fake_service(lambda _: Said(404)) as service:
        project.url = service.url

        ran = project.run("api", "DELETE", "/contact/contacts/nobody", "--format", "json")

    schema = project.run("schema", "error").document
    jsonschema.Draft202012Validator(schema).validate(ran.document)
    assert ran.code == ran.document["error"]["exit_code"] == 1
    assert "404" in ran.document["error"]["message"]


def test_a_refusal_in_html_leaves_stdout_json_with_format_json(project: Project) -> None:
    with fake_service(lambda _: Said(404, b"<html>", "text/html")) as service:
        project.url = service.url

        ran = project.run("api", "GET", "/nowhere", "--format", "json")

    assert ran.document["error"]["exit_code"] == ran.code == 1


def test_a_session_that_ended_is_renewed_once(project: Project) -> None:
    answers = iter([Said(401, b'{"code":401}'), said([])])
    with fake_service(lambda _: next(answers)) as service:
        project.url = service.url

        ran = project.run("api", "GET", "/account/types", LVSTATE_SESSION_ID="old-session")

    assert (ran.code, ran.out, service.logins) == (0, "[]", 1)
    assert [asked.headers["lv-session"] for asked in service.asked] == ["old-session", SESSION]


def test_session_calls_carry_the_token_and_no_session(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url
    login = {"clientName": "EMULATOR", "userName": "manager", "password": "emulator"}

    ran = project.run("api", "POST", "/session/login", "--input", _file(project, json.dumps(login)))
    session = ran.document["sessionId"]
    alive = project.run("api", "GET", f"/session/validate/{session}", "--log-level", "debug")
    ended = project.run("api", "DELETE", f"/session/logout/{session}")
    dead = project.run("api", "GET", f"/session/validate/{session}")

    assert (ran.code, alive.code, ended.code, dead.code) == (0, 0, 0, 1)
    assert session not in alive.err
    assert [r["path"] for r in tenant.requests()][:2] == ["/session/login", "/session/validate/***"]


# --- writes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("local", [False, True])
def test_a_write_to_a_tenant_needs_yes_before_any_request(project: Project, local: bool) -> None:
    with fake_service(lambda _: Said(204)) as service:
        url = service.url if local else TENANT

        ran = project.run("api", "DELETE", "/session/logout/an-id", LVSTATE_URL=url, HTTPS_PROXY=service.url)

    if local:
        assert ran.code == 0, ran.err
        assert service.lines == ["DELETE /session/logout/an-id"]
    else:
        assert (ran.code, ran.out, service.asked) == (64, "", [])
        assert "--yes" in ran.err
        assert "an-id" not in ran.err


def test_a_read_by_post_needs_no_yes(project: Project) -> None:
    proxy = f"http://127.0.0.1:{closed_port()}"
    source = _file(project, CSV)

    ran = project.run(
        "api", "POST", "/contact/contacts/bulk", "--input", source, LVSTATE_URL=TENANT, HTTPS_PROXY=proxy
    )

    assert ran.code == 1
    assert "proxy" in ran.err  # so far it got


def test_yes_lets_a_write_go_out_to_a_tenant(project: Project) -> None:
    proxy = f"http://127.0.0.1:{closed_port()}"

    ran = project.run("api", "DELETE", "/account/types/1", "--yes", LVSTATE_URL=TENANT, HTTPS_PROXY=proxy)

    assert ran.code == 1
    assert "proxy" in ran.err


def test_a_write_to_the_embedded_emulator_needs_no_yes(project: Project) -> None:
    assert project.run("api", "POST", "/account/types", "-f", "name=Bank").document == {"id": 1}


@pytest.mark.parametrize("answer", [Said(drop=True), Said(200, b'{"id": 1', missing=9)], ids=["none", "cut"])
def test_an_unanswered_write_is_sent_once_and_may_have_happened(project: Project, answer: Said) -> None:
    with fake_service(lambda _: answer) as service:
        project.url = service.url

        ran = project.run("api", "POST", "/account/types", "-f", "name=x", "--format", "json")

    assert ran.code == ran.document["error"]["exit_code"] == 6
    assert "may have been carried out" in ran.document["error"]["message"]
    assert service.lines == ["POST /account/types"]


def test_an_unreachable_service_fails_with_1(project: Project) -> None:
    project.url = f"http://127.0.0.1:{closed_port()}"

    ran = project.run("api", "GET", "/account/types", "--format", "json")

    assert (ran.code, ran.document["error"]["kind"]) == (1, "network")


def test_bulk_create_alone_sends_the_documented_accept_encoding(project: Project) -> None:
    with fake_service(lambda _: said({"message": "Successfully updated contacts 1"})) as service:
        project.url = service.url

        project.run("api", "POST", "/contact/contacts/bulk", "--input", _file(project, CREATE))
        project.run("api", "POST", "/contact/contacts/bulk", "--input", _file(project, CSV))
        project.run(
            "api", "POST", "/contact/contacts/", "--input", _file(project, '{"createContactDetails": {}}')
        )

    assert [asked.headers["accept-encoding"] for asked in service.asked] == [
        "application/json",
        "identity",
        "identity",
    ]


# --- pages --------------------------------------------------------------------------------------


def test_paginate_reads_all_pages_by_its_own_offsets(
    project: Project, start_tenant: Callable[..., Tenant]
) -> None:
    groups = [
        {"id": n, "name": f"Group {n}", "createdAt": 1, "createdBy": "a", "modifiedAt": 1, "modifiedBy": "a"}
        for n in range(1, 2501)
    ]
    tenant = start_tenant("empty", {"contact_groups": groups})
    project.url = tenant.url

    whole = project.run("api", "GET", "/contact/contactGroups", "--paginate")
    lines = project.run(
        "api", "GET", "/contact/contactGroups?offset=2400", "--paginate", "--jsonl", "-f", "count=7"
    )

    assert [group["id"] for group in whole.document] == list(range(1, 2501))
    assert [json.loads(line)["id"] for line in lines.out.splitlines()] == list(range(2401, 2501))
    asked = [r["path"] for r in tenant.requests() if "contactGroups" in r["path"]]
    assert len(asked) == 3 + 17


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/contact/contacts", "listContactDetails"),
        ("GET", "/contact/contacts/qa%20123/accounts", "listAccounts"),
        ("GET", "/contact/contacts/qa123/accounts", "listAccount"),
        ("GET", "/contact/contactGroups/", "contactGroup"),
        ("GET", "/account/accounts", "listAccounts"),
        ("GET", "/account/accounts", "listAccount"),
        ("POST", "/contact/contacts/search", "findMatchingContactsDetails"),
        ("POST", "/account/accounts/search", "findMatchingAccounts"),
        ("POST", "/account/accounts/search", "listAccount"),
    ],
)
def test_every_paged_method_is_read_under_each_spelling_of_its_key(
    project: Project, method: str, path: str, key: str
) -> None:
    rows = [{"account": f"a{n}"} for n in range(5)]
    with fake_service(lambda asked: _page(asked, rows, key)) as service:
        project.url = service.url
        given = ["--input", _file(project, '{"search": {"name": "x"}}')] if method == "POST" else []

        ran = project.run("api", method, f"{path}?count=2&offset=0", "--paginate", *given)

    assert ran.document == rows
    assert {asked.body for asked in service.asked} == {b'{"search": {"name": "x"}}' if given else b""}


@pytest.mark.parametrize(
    "page",
    [
        said({"rows": []}),
        said([]),
        said({"listAccount": [{"id": 1}, {"id": 2}], "next": "x"}),
        said({"listAccount": [], "next": "/account/accounts?offset=2"}),
        said({"listAccount": {"id": 1}}),
        Said(200, b'{"listAccount": [{"id": 1}'),
        said({"code": 500}, 500),
    ],
    ids=["no-key", "bare", "no-progress", "empty-with-next", "no-array", "cut", "500"],
)
def test_paginate_gives_an_error_and_never_a_part(project: Project, page: Said) -> None:
    first = said({"listAccount": [{"id": 1}, {"id": 2}], "next": "/account/accounts?offset=2"})
    with fake_service(lambda asked: first if asked.path.endswith("offset=0") else page) as service:
        project.url = service.url

        ran = project.run("api", "GET", "/account/accounts?count=2", "--paginate", "--jsonl")

    assert (ran.code, ran.out) == (1, "")


def test_next_is_never_followed(project: Project) -> None:
    rows = [{"id": n} for n in range(3)]
    with fake_service(lambda asked: _page(asked, rows, "listAccount", "http://127.0.0.1:9/evil")) as service:
        project.url = service.url

        ran = project.run("api", "GET", "/account/accounts?count=2", "--paginate")

    assert ran.document == rows
    assert service.lines == [f"GET /account/accounts?count=2&offset={offset}" for offset in (0, 1, 2)]


# --- downloads ----------------------------------------------------------------------------------


def test_a_download_goes_to_the_file_as_it_is_on_the_wire(project: Project) -> None:
    whole = b"Account,Account Due Date\r\nMF1234,08/27/2018\r\n"
    packed = gzip.compress(whole)

    def answer(asked: Asked) -> Said:
        if asked.headers["accept-encoding"] == "gzip":
            return Said(body=packed, kind="text/csv", headers={"Content-Encoding": "gzip"})
        return Said(body=whole, kind="text/csv")

    with fake_service(answer) as service:
        project.url = service.url
        call = ("api", "POST", "/contact/contacts/bulk", "--input", _file(project, CSV), "--output")

        plain = project.run(*call, "out.csv")
        gzipped = project.run(*call, "out.csv.gz", "--gzip")
        shown = project.run(*call[:-1])

    assert (plain.code, plain.out, gzipped.code, gzipped.out) == (0, "", 0, "")
    assert (project.root / "out.csv").read_bytes() == whole
    assert (project.root / "out.csv.gz").read_bytes() == packed
    assert "gzip" in gzipped.err
    assert "gzip" not in plain.err
    assert shown.out.encode() == whole.replace(b"\r\n", b"\n")  # the test reads text
    assert service.asked[0].headers["accept"] == "text/csv"
    assert sorted(path.name for path in project.root.iterdir() if path.name.startswith(".out")) == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no peak of memory to read here")
def test_a_large_download_is_never_held_in_memory(project: Project) -> None:
    piece = b"x" * 1024 * 1024

    def answer(_: Asked) -> Said:
        return Said(kind="text/csv", pieces=lambda: (piece for _ in range(200)))

    # VmHWM, because ru_maxrss begins with the peak of the process that started this one.
    code = (
        "import sys; from pathlib import Path; from lvstate.cli import run; code = run(sys.argv[1:]);"
        "status = Path('/proc/self/status').read_text();"
        "print(status.split('VmHWM:')[1].split()[0]); sys.exit(code)"
    )
    with fake_service(answer) as service:
        project.url = service.url
        arguments = [
            "api",
            "POST",
            "/contact/contacts/bulk",
            "--input",
            _file(project, CSV),
            "--output",
            "big.csv",
        ]

        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=project.root,
            env={**project.variables(), "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    assert (project.root / "big.csv").stat().st_size == 200 * len(piece)
    assert int(done.stdout) < 130 * 1024  # KiB; the file is 200 MiB


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Said(200, b"Account\n", "text/csv", missing=100), 1),
        (Said(200, b"<html>", "text/html"), 1),
        (Said(403, b'{"code":403}'), 8),
    ],
    ids=["cut", "html", "403"],
)
def test_a_failed_download_leaves_the_file_that_was_there(project: Project, answer: Said, code: int) -> None:
    project.write("out.csv", "before")
    with fake_service(lambda _: answer) as service:
        project.url = service.url

        ran = project.run(
            "api", "POST", "/contact/contacts/bulk", "--input", _file(project, CSV), "--output", "out.csv"
        )

    assert ran.code == code, ran.err
    assert (project.root / "out.csv").read_text() == "before"
    assert [path.name for path in project.root.iterdir() if path.name.startswith(".out")] == []


def test_a_download_that_broke_off_begins_anew(project: Project) -> None:
    answers = iter([Said(200, b"half", "text/csv", missing=9), Said(200, b"Account\n", "text/csv")])
    with fake_service(lambda _: next(answers)) as service:
        project.url = service.url

        ran = project.run("api", "GET", "/account/types", "--output", "out.csv", "--quiet")

    assert (ran.code, ran.err) == (0, "")
    assert (project.root / "out.csv").read_bytes() == b"Account\n"


def test_a_download_may_take_longer_than_the_timeout_but_not_be_silent(project: Project) -> None:
    import time

    def drip(pause: float) -> Iterator[bytes]:
        for number in range(8):
            time.sleep(pause)
            yield b"%d\n" % number

    with fake_service(lambda asked: Said(kind="text/csv", pieces=lambda: drip(_pause(asked)))) as service:
        project.url = service.url

        steady = project.run("api", "GET", "/steady", "--output", "out", "--timeout", "0.6")
        silent = project.run("api", "GET", "/silent", "--output", "none", "--timeout", "0.3")

    assert steady.code == 0, steady.err
    assert (project.root / "out").read_text().split() == [str(number) for number in range(8)]
    assert silent.code == 1
    assert "before the deadline" in silent.err


def test_a_folder_that_is_not_there_is_known_before_anything_is_sent(project: Project) -> None:
    with fake_service(lambda _: said([])) as service:
        project.url = service.url

        ran = project.run("api", "POST", "/account/types", "-f", "name=x", "--output", "nowhere/out.json")

    assert ran.code == 1
    assert "nowhere" in ran.err
    assert (service.logins, service.asked) == (0, [])


# --- at a terminal ------------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "says"), [("n\n", "not sent"), ("\n", "not sent"), ("y\n", "proxy")])
def test_a_write_to_a_tenant_asks_at_a_terminal(project: Project, keys: str, says: str) -> None:
    project.environment = {"HTTPS_PROXY": f"http://127.0.0.1:{closed_port()}"}
    project.url = TENANT
    terminal = Terminal(project, "api", "POST", "/account/types", "-f", "name=x")
    terminal.wait_for("Send POST /account/types to EMULATOR at https://api.livevox.com? [y/N]")
    terminal.type(keys)

    code, out = terminal.end()

    assert (code, out) == (1, "")
    assert says in terminal.seen


def on_a_terminal(project: Project, *arguments: str) -> tuple[int, str, str]:
    """Run with a terminal for stdout; return code, what it shows, and stderr."""
    mine, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "lvstate", *arguments],
            cwd=project.root,
            env={**project.variables(), "TERM": "xterm"},
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=subprocess.PIPE,
        )
        _, stderr = process.communicate(timeout=60)
        shown = os.read(mine, 65536) if select.select([mine], [], [], 0)[0] else b""
    finally:
        os.close(theirs)
        os.close(mine)
    return process.returncode, shown.decode().replace("\r\n", "\n"), stderr.decode()


def test_json_is_indented_and_disarmed_on_a_terminal(project: Project) -> None:
    with fake_service(lambda _: Said(body='{"a":["\x9b31m\u202eé\\u001b"],"n":1}'.encode())) as service:
        project.url = service.url

        code, shown, _ = on_a_terminal(project, "api", "GET", "/x")

    assert code == 0
    assert shown == '{\n  "a": [\n    "\\x9b31m\\u202eé\\u001b"\n  ],\n  "n": 1\n}\n'


def test_bytes_that_are_no_text_are_refused_on_a_terminal(project: Project) -> None:
    with fake_service(lambda _: Said(body=gzip.compress(b"Account"), kind="text/csv")) as service:
        project.url = service.url

        code, shown, err = on_a_terminal(project, "api", "GET", "/x")

    assert (code, shown) == (64, "")
    assert "--output" in err


def test_ctrl_c_during_a_write_says_that_it_may_have_happened(project: Project) -> None:
    came, ended = threading.Event(), threading.Event()

    def answer(_: Asked) -> Said:
        came.set()
        ended.wait(30)
        return Said(204)

    with fake_service(answer) as service:
        project.url = service.url
        process = subprocess.Popen(
            [sys.executable, "-m", "lvstate", "api", "POST", "/account/types", "-f", "name=x"],
            cwd=project.root,
            env=project.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert came.wait(30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        ended.set()

    assert (process.returncode, out) == (130, b"")
    assert b"may have been carried out" in err


# --- what is refused, and what stays secret -----------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["TRACE", "/x"],
        ["GET", "https://evil.example/x"],
        ["GET", "//evil.example/x"],
        ["GET", "/x", "--input", "in.json"],
        ["POST", "/x", "--input", "nowhere.json"],
        ["POST", "/x", "--input", "bad.json"],
        ["POST", "/x", "-f", "name"],
        ["POST", "/x", "-F", "a=@nowhere.txt"],
        ["GET", "/account/types", "--paginate"],
        ["GET", "/x", "--jsonl"],
        ["GET", "/x", "--write", "json=x.json"],
        ["GET", "/x", "--format", "xml"],
    ],
)
def test_usage_errors_are_64_before_any_request(project: Project, arguments: list[str]) -> None:
    project.write("in.json", "{}")
    project.write("bad.json", '{"a": 1, "a": 2}')
    with fake_service(lambda _: said({})) as service:
        project.url = service.url

        ran = project.run("api", *arguments)

    assert (ran.code, ran.out, service.asked, service.logins) == (64, "", [], 0), ran.err


def test_letters_beyond_ascii_are_percent_encoded(project: Project) -> None:
    with fake_service(lambda _: said({})) as service:
        project.url = service.url

        project.run("api", "GET", "/contact/contacts/a b/é%2F", "-f", "x=é&")

    assert service.lines == ["GET /contact/contacts/a%20b/%C3%A9%2F?x=%C3%A9%26"]


SECRETS = {
    "LVSTATE_ACCESS_TOKEN": "0f9d3a1c-token-of-acme",
    "LVSTATE_PASSWORD": 'correct "horse" battery',
}


@pytest.mark.parametrize("status", [200, 400])
def test_secrets_that_an_answer_repeats_are_not_shown(project: Project, status: int) -> None:
    echoed = {"message": f"{SECRETS['LVSTATE_PASSWORD']} {SECRETS['LVSTATE_ACCESS_TOKEN']} {SESSION}"}
    with fake_service(lambda _: said(echoed, status)) as service:
        project.url = service.url
        project.environment = SECRETS

        for method in ("GET", "POST"):
            ran = project.run("api", method, "/x", "--log-level", "debug", "--deadline", "9")
            shown = ran.out + ran.err
            assert "***" in ran.out
            assert SESSION not in shown
            assert "token-of-acme" not in shown
            assert "horse" not in shown


def test_without_a_project_file_lvstate_url_is_enough(project: Project, tenant: Tenant) -> None:
    (project.root / "lvstate.yaml").unlink()

    nothing = project.run("api", "GET", "/account/types")
    project.url = tenant.url
    found = project.run("api", "GET", "/account/types")
    refused = project.run("api", "GET", "/account/types", LVSTATE_URL="https://evil.example")

    assert (nothing.code, found.code, refused.code) == (3, 0, 64)
    assert "LVSTATE_URL" in nothing.err
    assert [kind["id"] for kind in found.document] == [48, 183, 184, 192]


def test_missing_credentials_are_8_before_any_request(project: Project, tenant: Tenant) -> None:
    project.url = tenant.url

    ran = project.run("api", "GET", "/account/types", LVSTATE_PASSWORD="")

    assert ran.code == 8
    assert tenant.requests() == []


# --- tools of this page -------------------------------------------------------------------------

_NUMBERS = count()


def _file(project: Project, text: str) -> str:
    return str(project.write(f"body-{next(_NUMBERS)}.json", text))


def _page(asked: Asked, rows: list[Any], key: str, following: str = "somewhere") -> Said:
    from urllib.parse import parse_qs, urlsplit

    query = {name: int(values[0]) for name, values in parse_qs(urlsplit(asked.path).query).items()}
    end = query["offset"] + query["count"]
    document: dict[str, Any] = {key: rows[query["offset"] : end]}
    if end < len(rows):
        document["next"] = following
    return said(document)


def _pause(asked: Asked) -> float:
    return 0.2 if "steady" in asked.path else 1.5
