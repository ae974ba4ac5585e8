"""No credential and no session comes out anywhere, whatever the service says and whatever breaks."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from tests.faults.gate import Exchange, Gate, Reply, Target, host_of
from tests.faults.scene import QUICK, Scene
from tests.secrets.canaries import Canaries, found_in, spellings

MANIFEST = "version: 1\ncontact_groups:\n  keep: Keep\n  fresh: Fresh\n"
JSON = (("Content-Type", "application/json"),)


def scene_in(folder: Path) -> Scene:
    return Scene(folder, None, MANIFEST)  # type: ignore[arg-type]  # every command is a process of its own


def secrets_of(exchange: Exchange) -> list[str]:
    told = [exchange.headers.get(name, "") for name in ("lv-session", "lv-access")]
    if exchange.path == "/session/login":
        told.append(json.loads(exchange.body)["password"])
    return [each for each in told if each]


def every_spelling(exchange: Exchange) -> str:
    return " ; ".join(text for secret in secrets_of(exchange) for _, text in spellings(secret))


def refuse(exchange: Exchange) -> None:
    body = json.dumps({"code": 400, "message": f"refused: {every_spelling(exchange)}"}).encode()
    exchange.answer(Reply(400, JSON, body))


def forbid(exchange: Exchange) -> None:
    body = json.dumps({"code": 403, "message": f"no: {every_spelling(exchange)}"}).encode()
    exchange.answer(Reply(403, JSON, body))


def know_nobody(exchange: Exchange) -> None:
    body = json.dumps({"code": 401, "message": f"who? {every_spelling(exchange)}"}).encode()
    exchange.answer(Reply(401, JSON, body))


def break_down(exchange: Exchange) -> None:
    exchange.answer(Reply(500, (("Content-Type", "text/html"),), f"<p>{every_spelling(exchange)}".encode()))


def claim_a_strange_type(exchange: Exchange) -> None:
    (first, *_) = secrets_of(exchange)
    shown = b64encode(b"xx" + first.encode()).decode()
    exchange.answer(Reply(200, (("Content-Type", f"text/{shown}"),), b"hello"))


def speak_in_a_bad_shape(exchange: Exchange) -> None:
    exchange.answer(Reply(200, JSON, json.dumps({text: text for text in secrets_of(exchange)}).encode()))


def fill_a_long_page(exchange: Exchange) -> None:
    (first, *_) = secrets_of(exchange)
    message = "x" * 385 + first  # the message is cut for display, somewhere in the secret
    exchange.answer(Reply(400, JSON, json.dumps({"code": 400, "message": message}).encode()))


LOGIN = Target("POST", "/session/login", None)
LIST = Target("GET", "/contact/contactGroups", None)
CREATE = Target("POST", "/contact/contactGroups", None)
ANSWERS = [
    refuse,
    forbid,
    know_nobody,
    break_down,
    claim_a_strange_type,
    speak_in_a_bad_shape,
    fill_a_long_page,
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.__name__)
@pytest.mark.parametrize("target", [LOGIN, LIST, CREATE], ids=["login", "listing", "create"])
def test_a_service_that_repeats_secrets_does_not_get_them_shown(
    target: Target, answer: object, tmp_path: Path
) -> None:
    with scene_in(tmp_path) as scene, Gate(host_of(scene.server_url), target, answer) as gate:  # type: ignore[arg-type]
        scene.project.url = gate.url
        ran = scene.run("apply", "--yes", *QUICK, "--deadline", "1", "--write", "json=report.json")

        assert gate.struck > 0
        assert ran.code not in (0, 64)


def test_the_scan_finds_each_spelling() -> None:
    canaries = Canaries()
    for secret in canaries.known:
        for spelling, text in spellings(secret):
            assert any(spelling in each for each in found_in({"x": f"a{text}b".encode()}, [secret]))
    assert found_in({"x": b"nothing"}, canaries.known) == []


def test_a_scene_fails_when_a_secret_lies_in_a_file(tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match=r"a secret as it is in .*notes\.txt"),
        scene_in(tmp_path) as scene,
    ):
        scene.project.write("notes.txt", scene.emulator.canaries.token)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_mistake_of_ours_shows_where_it_is_and_nothing_of_what_it_held(form: str, tmp_path: Path) -> None:
    planted = (
        "from lvstate.client.session import Session\n"
        "async def send(self, request, path, headers):\n"
        "    held = self._credentials.password.reveal()\n"
        "    try:\n"
        "        raise KeyError(held)\n"
        "    except KeyError as error:\n"
        "        raise RuntimeError(f'{headers} {held}') from error\n"
        "Session._send = send\n"
        "from lvstate.cli import main\n"
        "main()\n"
    )
    with scene_in(tmp_path) as scene:
        done = subprocess.run(
            [sys.executable, "-c", planted, "plan", "--format", form],
            cwd=scene.project.root,
            env=scene.project.variables(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        scene.told = {"stdout": done.stdout, "stderr": done.stderr}

        assert done.returncode == 1
        assert b"RuntimeError at" in done.stderr
        assert b"KeyError at" in done.stderr
        assert b"internal error: RuntimeError" in (done.stdout if form == "json" else done.stderr)


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_plan_journal_and_lock_are_their_owners_alone(umask: int, tmp_path: Path) -> None:
    with scene_in(tmp_path) as scene:
        for arguments in (["plan", "--out", "plan.json"], ["apply", "plan.json"]):
            done = subprocess.run(
                [sys.executable, "-m", "lvstate", *arguments],
                cwd=scene.project.root,
                env=scene.project.variables(),
                capture_output=True,
                umask=umask,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done
        state = [path for path in (scene.project.root / ".state").rglob("*") if path.is_file()]
        journals = list((scene.project.root / ".lvstate" / "runs").glob("*.jsonl"))

        assert state
        assert journals
        for path in (scene.project.root / "plan.json", *journals, *state):
            assert path.stat().st_mode & 0o777 == 0o600, path


def test_credentials_from_files_of_one_environment_are_as_secret(tmp_path: Path) -> None:
    with scene_in(tmp_path) as scene:
        canaries = scene.emulator.canaries
        outside = tmp_path.parent / f"{tmp_path.name}-credentials"
        outside.mkdir()
        (outside / "token").write_text(canaries.token + "\n")
        (outside / "password").write_text(canaries.password + "\r\n")
        scene.project.environment |= {
            "LVSTATE_ACCESS_TOKEN": "",
            "LVSTATE_PASSWORD": "",
            "LVSTATE_TEST_ACCESS_TOKEN_FILE": str(outside / "token"),
            "LVSTATE_TEST_PASSWORD_FILE": str(outside / "password"),
        }

        assert scene.run("apply", "--yes", *QUICK).code == 0
        assert scene.run("doctor").code == 0


def test_no_secret_is_among_the_arguments_of_the_process(tmp_path: Path) -> None:
    with scene_in(tmp_path) as scene:
        titles: list[bytes] = []

        def look(_: int) -> bool:
            for entry in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    if (entry.parent / "cwd").resolve() == scene.project.root.resolve():
                        titles.append(entry.read_bytes() + (entry.parent / "comm").read_bytes())
                except OSError:
                    continue
            return True

        scene.emulator.arrived = look
        assert scene.run("apply", "--yes", *QUICK).code == 0
        scene.told |= {f"title {number}": title for number, title in enumerate(titles)}

        assert titles or not Path("/proc/self").is_dir()
