"""Command lines, variables and plan files that are wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.input.case import SOUND, Case, Content, usage

FINGERPRINT = "sha256:" + "0" * 64
PLAN: dict[str, Any] = {
    "format_version": "1.0",
    "lvstate_version": "0.1.0",
    "fingerprint": FINGERPRINT,
    "tenant": {"url": "https://api.livevox.com", "client": "ELSEWHERE"},
    "environment": "test",
    "summary": {"create": 1, "update": 0, "delete": 0, "unlisted": 0, "blocked": 0},
    "changes": [
        {
            "id": "contact_group/fresh:create",
            "action": "create",
            "kind": "contact_group",
            "address": "fresh",
            "live_id": None,
            "name": "Fresh",
            "fields": [{"path": "name", "before": None, "after": "Fresh"}],
            "source": {"file": "manifests/a.yaml", "line": 3, "column": 3},
            "origin": None,
            "notes": [],
        }
    ],
    "blocked": [],
    "unlisted": [],
    "warnings": [],
}


def cases() -> Iterator[Case]:
    yield from flags()
    yield from variables()
    yield from credentials()
    yield from plan_files()
    yield from tampered_plans()


def flags() -> Iterator[Case]:
    for name, arguments, about in [
        ("no such command", ("paln",), "plan"),
        ("no such command, nor one like it", ("zzz",), "zzz"),
        ("no such option", ("plan", "--fast"), "--fast"),
        ("an abbreviated option", ("plan", "--detailed-exit"), "--detailed-exit"),
        ("an option of another command", ("plan", "--yes"), "--yes"),
        ("an option without its value", ("plan", "--env"), "--env"),
        ("a value for a flag", ("plan", "--quiet=yes"), "--quiet"),
        ("an argument too many", ("plan", "x"), "x"),
        ("parallelism zero", ("plan", "--parallelism", "0"), "--parallelism"),
        ("parallelism 65", ("plan", "--parallelism", "65"), "--parallelism"),
        ("parallelism in words", ("plan", "--parallelism", "many"), "--parallelism"),
        ("parallelism as a fraction", ("plan", "--parallelism", "1.5"), "--parallelism"),
        ("a rate of zero", ("plan", "--rate", "0"), "--rate"),
        ("a rate in words", ("plan", "--rate", "fast"), "--rate"),
        ("a rate without end", ("plan", "--rate", "inf"), "--rate"),
        ("a timeout of zero", ("plan", "--timeout", "0"), "--timeout"),
        ("a negative timeout", ("plan", "--timeout", "-1"), "--timeout"),
        ("a timeout that is no number", ("plan", "--timeout", "nan"), "--timeout"),
        ("a timeout without end", ("plan", "--timeout", "inf"), "--timeout"),
        ("a timeout with a unit", ("plan", "--timeout", "30s"), "--timeout"),
        ("a negative deadline", ("plan", "--deadline", "-1"), "--deadline"),
        ("a negative settle", ("apply", "--yes", "--settle", "-1"), "--settle"),
        ("a lock timeout in words", ("apply", "--yes", "--lock-timeout", "x"), "--lock-timeout"),
        ("an unknown format", ("plan", "--format", "yaml"), "yaml"),
        ("a format of another command", ("validate", "--format", "csv"), "csv"),
        ("an empty format", ("plan", "--format", ""), "format"),
        ("an unknown log level", ("plan", "--log-level", "trace"), "--log-level"),
        ("a write without a file", ("plan", "--write", "json"), "--write"),
        ("a write with an empty file", ("plan", "--write", "json="), "--write"),
        ("a write without a format", ("plan", "--write", "=x"), "format"),
        ("a selection without a kind", ("plan", "--select", "fresh"), "fresh"),
        ("a selection of an unknown kind", ("plan", "--select", "campaign/*"), "campaign"),
        ("a selection by section", ("plan", "--select", "contact_groups/*"), "contact_groups"),
        ("an exclusion without a glob", ("plan", "--exclude", "contact_group/"), "contact_group/"),
        ("an empty selection", ("plan", "--select", ""), "KIND/GLOB"),
        ("an unknown environment", ("plan", "-e", "nowhere"), "nowhere"),
        ("an environment with another case", ("plan", "-e", "Test"), "test"),
        ("a folder that is not there", ("plan", "-C", "nowhere"), "nowhere"),
        ("a folder that is a file", ("plan", "-C", "lvstate.yaml"), "lvstate.yaml"),
        ("apply without a terminal", ("apply",), "--yes"),
        ("a fingerprint too short", ("apply", "--expect", "abc"), "fingerprint"),
        ("a fingerprint in capitals", ("apply", "--expect", "SHA256:" + "A" * 64), "fingerprint"),
        ("a selection beside a saved plan", ("apply", "plan.json", "--select", "contact_group/*"), "--select"),
        ("show without a plan", ("show",), "PLAN"),
        ("an unknown schema", ("schema", "manifset"), "manifest"),
        ("a schema by path", ("schema", "../pyproject"), "pyproject"),
        ("a method that is none", ("api", "FETCH", "/contact/contactGroups"), "FETCH"),
        ("a path with a host", ("api", "GET", "https://evil.example/x"), "it names a host"),
        ("a path with two slashes", ("api", "GET", "//evil.example/x"), "it names a host"),
        ("a path that goes up", ("api", "GET", "/contact/../session"), ".."),
        ("a field without a value", ("api", "GET", "/account/types", "-f", "count"), "count"),
        ("a body for a GET", ("api", "GET", "/account/types", "--input", "lvstate.yaml"), "--input"),
        ("a token for a flag", ("plan", "--access-token", "x"), "--access-token"),
        ("a password for a flag", ("plan", "--password", "x"), "--password"),
        ("a URL for a flag", ("plan", "--url", "https://evil.example"), "--url"),
        ("an insecure flag", ("plan", "--insecure"), "--insecure"),
        ("-o", ("plan", "-o", "json"), "-o"),
        ("an emulator on no port", ("emulator", "--port", "70000"), "--port"),
        ("an export into a file", ("export", "--out", "lvstate.yaml"), "lvstate.yaml"),
        ("an escape in an argument", ("\x1b[31m",), "command"),
    ]:  # fmt: skip
        yield usage("CONFIG", name, arguments, about)
    yield usage("CONFIG", "a write to a tenant without a terminal", ("api", "DELETE", "/account/types/1"), "--yes",
                LVSTATE_URL="https://api.livevox.com")  # fmt: skip
    yield Case(
        "CONFIG",
        "a project file that is not there",
        {"lvstate.yaml": lambda _: None},
        ("- no-project",),
        about="init",
    )


def variables() -> Iterator[Case]:
    for name, value, arguments in [
        ("LVSTATE_PARALLELISM", "many", ("plan",)),
        ("LVSTATE_PARALLELISM", "0", ("plan",)),
        ("LVSTATE_TIMEOUT", "soon", ("plan",)),
        ("LVSTATE_TIMEOUT", "nan", ("plan",)),
        ("LVSTATE_DEADLINE", "-3", ("plan",)),
        ("LVSTATE_SETTLE", "x", ("apply", "--yes")),
        ("LVSTATE_LOCK_TIMEOUT", "x", ("apply", "--yes")),
        ("LVSTATE_FORMAT", "yaml", ("plan",)),
        ("LVSTATE_LOG_LEVEL", "trace", ("plan",)),
        ("LVSTATE_QUIET", "perhaps", ("plan",)),
        ("LVSTATE_NO_COLOR", "perhaps", ("plan",)),
        ("LVSTATE_DETAILED_EXITCODE", "perhaps", ("plan",)),
        ("LVSTATE_YES", "perhaps", ("apply",)),
        ("LVSTATE_SKIP_BLOCKED", "2", ("apply", "--yes")),
        ("LVSTATE_WRITE", "json", ("plan",)),
        ("LVSTATE_SELECT", "fresh", ("plan",)),
        ("LVSTATE_EXCLUDE", "campaign/*", ("plan",)),
        ("LVSTATE_ENV", "nowhere", ("plan",)),
        ("LVSTATE_CHDIR", "nowhere", ("plan",)),
        ("LVSTATE_EXPECT", "abc", ("apply",)),
        ("LVSTATE_PORT", "x", ("emulator",)),
        ("LVSTATE_SEED", "x", ("emulator",)),
    ]:
        yield usage("CONFIG", f"{name} is {value}", arguments, name, **{name: value})
    for value in (
        "https://evil.example",
        "http://api.livevox.com",
        "x",
        "https://ann:pw@api.livevox.com",
        "https://api.livevox.com/v1",
        "\x1b[31m",
    ):
        yield usage("SEC", f"LVSTATE_URL is {value!r}", ("plan",), "LVSTATE_URL", LVSTATE_URL=value)
    for value in ("*", "https://evil.example", "evil.example/", "evil.example:x", "a b", "user@evil.example"):
        yield usage("SEC", f"LVSTATE_ALLOWED_HOSTS is {value}", ("plan",), "LVSTATE_ALLOWED_HOSTS",
                    LVSTATE_ALLOWED_HOSTS=value, LVSTATE_URL="https://evil.example")  # fmt: skip
    for value in (
        "example",
        "evil.example.org",
        "evil.example:444",
        "api.evil.example",
        "livevox.com",
        "evil-example",
    ):
        yield usage("SEC", f"allowed is {value}, and not the host", ("plan",), "LVSTATE_ALLOWED_HOSTS",
                    LVSTATE_ALLOWED_HOSTS=value, LVSTATE_URL="https://evil.example")  # fmt: skip
    yield usage("SEC", "allowed is a host, and not each port of it", ("plan",), "LVSTATE_ALLOWED_HOSTS",
                LVSTATE_ALLOWED_HOSTS="evil.example", LVSTATE_URL="https://evil.example:8443")  # fmt: skip


def credentials() -> Iterator[Case]:
    for name in ("ACCESS_TOKEN", "USERNAME", "PASSWORD"):
        variable = f"LVSTATE_{name}"
        empty = usage("CONFIG", f"{variable} is empty", ("plan",), variable, **{variable: ""})
        yield replace(empty, exit=8)
        yield usage(
            "CONFIG", f"{variable} with a line break", ("plan",), variable, **{variable: "ab\r\nX: y"}
        )
        yield usage("CONFIG", f"{variable} twice", ("plan",), f"{variable}_FILE", **{f"{variable}_FILE": "x"})
        for what, file in [
            ("is not there", "nowhere"),
            ("is a folder", "manifests"),
            ("has no end", "/dev/zero"),
        ]:
            yield usage(
                "CONFIG",
                f"{variable}_FILE {what}",
                ("plan",),
                f"{variable}_FILE",
                **{variable: "", f"{variable}_FILE": file},
            )
    yield Case("CONFIG", "a token that is a picture", {"manifests/a.yaml": SOUND, "token": b"\x89PNG\r\n"}, (), 64, ("plan",),
               {"LVSTATE_ACCESS_TOKEN": "", "LVSTATE_ACCESS_TOKEN_FILE": "token"}, "LVSTATE_ACCESS_TOKEN_FILE")  # fmt: skip
    yield Case("CONFIG", "a token in several lines", {"manifests/a.yaml": SOUND, "token": "abc\ndef\n"}, (), 64, ("plan",),
               {"LVSTATE_ACCESS_TOKEN": "", "LVSTATE_ACCESS_TOKEN_FILE": "token"}, "LVSTATE_ACCESS_TOKEN")  # fmt: skip
    yield usage(
        "CONFIG",
        "certificates that are not there",
        ("plan",),
        "REQUESTS_CA_BUNDLE",
        REQUESTS_CA_BUNDLE="nowhere.pem",
    )


def _plan(name: str, content: Content, about: str, code: int = 3, *arguments: str) -> Iterator[Case]:
    for command in (("show", "plan.json"), ("apply", "plan.json")):
        yield Case(
            "CONFIG",
            f"{name}, {command[0]}",
            {"manifests/a.yaml": SOUND, "plan.json": content},
            (),
            code,
            command,
            about=about,
        )


def _sparse(path: Path) -> None:
    path.write_bytes(b"{")
    os.truncate(path, 65 << 20)


def plan_files() -> Iterator[Case]:
    whole = json.dumps(PLAN, indent=2)
    broken: list[tuple[str, Content, str]] = [
        ("an empty plan", "", "plan.json"),
        ("a plan of blanks", " \n", "plan.json"),
        ("half a plan", whole[: len(whole) // 2], "plan.json"),
        ("a plan without its last bracket", whole[:-1], "plan.json"),
        ("a plan and a word", whole + "x", "plan.json"),
        ("two plans", whole + whole, "plan.json"),
        ("a plan in YAML", "format_version: 1.0\n", "plan.json"),
        ("a plan of zeros", b"\0" * 100, "plan.json"),
        ("a plan that is a picture", b"\x89PNG\r\n\x1a\n", "plan.json"),
        ("a plan in Latin-1", whole.replace("Fresh", "Caf\u00e9").encode("latin-1"), "plan.json"),
        ("a plan of brackets", "[" * 200_000, "plan.json"),
        ("a plan with NaN", whole.replace('"create": 1', '"create": NaN'), "plan.json"),
        (
            "a plan with a key twice",
            whole.replace('"environment"', '"environment": "x", "environment"'),
            "plan.json",
        ),
        (
            "a plan with a number of 5,000 digits",
            whole.replace('"create": 1', f'"create": {"1" * 5000}'),
            "plan.json",
        ),
        ("a plan of 65 MiB", _sparse, "plan.json"),
        ("a plan that is a list", "[]", "the document"),
        ("a plan that is null", "null", "the document"),
        ("a plan that is a number", "1", "the document"),
        ("a plan without anything", "{}", "format_version"),
        ("the report of a failure", '{"format_version": "1.0", "error": {}}', "report"),
        ("a folder", Path.mkdir, "plan.json"),
        ("a named pipe", os.mkfifo, "plan.json"),
        ("a device", lambda path: path.symlink_to("/dev/zero"), "plan.json"),
    ]
    for name, content, about in broken:
        yield from _plan(name, content, about)
    yield from _plan("no plan", lambda _: None, "plan.json", 64)
    yield from _plan("a link to nothing", lambda path: path.symlink_to("nothing"), "plan.json", 64)
    yield Case(
        "CONFIG",
        "a plan for another tenant",
        {"manifests/a.yaml": SOUND, "plan.json": whole},
        (),
        5,
        ("apply", "plan.json"),
        about="ELSEWHERE",
    )
    yield Case(
        "CONFIG",
        "a plan for another environment",
        {"manifests/a.yaml": SOUND, "plan.json": whole},
        (),
        5,
        ("apply", "plan.json", "-e", "x"),
        about="environment test",
    )
    yield Case("CONFIG", "a plan of another fingerprint", {"manifests/a.yaml": SOUND, "plan.json": whole}, (), 5,
               ("apply", "plan.json", "--expect", "1" * 64), about="fingerprint")  # fmt: skip


def tampered_plans() -> Iterator[Case]:
    def change(work: Callable[[dict[str, Any]], object]) -> str:
        plan = json.loads(json.dumps(PLAN))
        work(plan)
        return json.dumps(plan)

    first: Callable[[dict[str, Any]], dict[str, Any]] = lambda plan: plan["changes"][0]  # noqa: E731
    for name, work, about in [
        ("of a version to come", lambda p: p.update(format_version="2.0"), "2.0"),
        ("of a version before", lambda p: p.update(format_version="0.9"), "format_version"),
        ("of no version", lambda p: p.update(format_version="latest"), "format_version"),
        ("of a version that is a number", lambda p: p.update(format_version=1), "format_version"),
        ("without a fingerprint", lambda p: p.pop("fingerprint"), "fingerprint"),
        ("with a fingerprint cut", lambda p: p.update(fingerprint=FINGERPRINT[:-1]), "fingerprint"),
        ("with a line behind its fingerprint", lambda p: p.update(fingerprint=FINGERPRINT + "\n"), "fingerprint"),
        ("with a fingerprint of another kind", lambda p: p.update(fingerprint="md5:" + "0" * 32), "fingerprint"),
        ("without a tenant", lambda p: p.pop("tenant"), "tenant"),
        ("with a tenant that is text", lambda p: p.update(tenant="x"), "tenant"),
        ("with a URL that is null", lambda p: p["tenant"].update(url=None), "tenant.url"),
        ("without an environment", lambda p: p.pop("environment"), "environment"),
        ("with changes that are an object", lambda p: p.update(changes={}), "changes"),
        ("with a change that is text", lambda p: p.update(changes=["x"]), "changes[0]"),
        ("with an action that is none", lambda p: first(p).update(action="drop"), "changes[0].action"),
        ("with another action", lambda p: first(p).update(action="delete"), "changes[0].live_id"),
        ("with an id for a create", lambda p: first(p).update(live_id=7), "changes[0].live_id"),
        ("with another id", lambda p: first(p).update(id="contact_group/x:create"), "changes[0].id"),
        ("with another address", lambda p: first(p).update(address="x"), "changes[0].id"),
        ("with a name that is a number", lambda p: first(p).update(name=3), "changes[0].name"),
        ("with a value that is an object", lambda p: first(p)["fields"][0].update(after={}), "changes[0].fields[0].after"),
        ("with a value that is a fraction", lambda p: first(p)["fields"][0].update(after=1.5), "changes[0].fields[0].after"),
        ("with a line of zero", lambda p: first(p)["source"].update(line=0), "changes[0].source.line"),
        ("with an origin that is none", lambda p: first(p).update(origin="x"), "changes[0].origin"),
        ("with notes that are text", lambda p: first(p).update(notes="x"), "changes[0].notes"),
        ("with one change more", lambda p: p["changes"].append(p["changes"][0]), "summary.create"),
        ("with one change less", lambda p: p["changes"].clear(), "summary.create"),
        ("with a summary of text", lambda p: p["summary"].update(create="1"), "summary.create"),
        ("with a summary of truth", lambda p: p["summary"].update(create=True), "summary.create"),
        ("without warnings", lambda p: p.pop("warnings"), "warnings"),
        ("with a blocked item of nothing", lambda p: p["blocked"].append({}), "blocked[0].kind"),
        ("with an unlisted item of text", lambda p: p["unlisted"].append("x"), "unlisted[0]"),
        ("with a selection that is none", lambda p: p.update(selection={"select": ["x"], "exclude": []}), "selection.select[0]"),
    ]:  # fmt: skip
        yield Case(
            "CONFIG",
            f"a plan {name}",
            {"manifests/a.yaml": SOUND, "plan.json": change(work)},
            (),
            3,
            ("show", "plan.json"),
            about=about,
        )
