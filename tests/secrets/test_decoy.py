"""Credentials and requests go to one origin; nothing that service, project or environment say moves them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.gate import Exchange, Gate, Reply, Target, host_of
from tests.faults.scene import QUICK
from tests.secrets.decoy import Decoy
from tests.secrets.test_canaries import CREATE, LIST, LOGIN, scene_in


def redirecting(status: int, location: str) -> Callable[[Exchange], None]:
    return lambda exchange: exchange.answer(Reply(status, (("Location", location),), b""))


@pytest.mark.parametrize(
    ("target", "status"),
    [
        *(pytest.param(LOGIN, status, id=f"login-{status}") for status in (301, 302, 303, 307, 308)),
        pytest.param(LIST, 302, id="listing-302"),
        pytest.param(LIST, 307, id="listing-307"),
        pytest.param(CREATE, 303, id="create-303"),
        pytest.param(CREATE, 308, id="create-308"),
    ],
)
def test_a_redirect_is_not_followed(status: int, target: Target, tmp_path: Path) -> None:
    with Decoy() as decoy, scene_in(tmp_path) as scene:
        answer = redirecting(status, f"{decoy.url}/session/login")
        with Gate(host_of(scene.server_url), target, answer) as gate:
            scene.project.url = gate.url
            ran = scene.run("apply", "--yes", *QUICK, "--deadline", "1")

        assert ran.code not in (0, 64)
        assert gate.struck > 0
        assert decoy.heard == []


@pytest.mark.parametrize(
    "spelled",
    [
        "{url}/contact/contactGroups?offset=2",
        "//{host}/x?offset=2",
        "http://a:b@{host}/?offset=2",
        "\\\\{host}\\x",
        "/\\{host}/x",
        "@{host}",
    ],
)
def test_next_is_not_followed(spelled: str, tmp_path: Path) -> None:
    with Decoy() as decoy, scene_in(tmp_path) as scene:

        def lead_away(exchange: Exchange) -> None:
            reply = exchange.forward()
            document = json.loads(reply.body)
            document["next"] = spelled.format(url=decoy.url, host=decoy.host)
            exchange.answer(Reply(reply.status, reply.headers, json.dumps(document).encode()))

        with Gate(host_of(scene.server_url), LIST, lead_away) as gate:
            scene.project.url = gate.url
            scene.run("plan", "--deadline", "1")

        assert gate.struck > 0
        assert decoy.heard == []


def test_netrc_and_a_log_of_keys_change_nothing(tmp_path: Path) -> None:
    with Decoy() as decoy, scene_in(tmp_path) as scene:
        home = tmp_path / "home"
        home.mkdir()
        host = host_of(scene.server_url).partition(":")[0]
        (home / ".netrc").write_text(f"machine {host} login ann password netrc-canary-000111\n")
        (home / ".netrc").chmod(0o600)
        scene.project.environment |= {"HOME": str(home), "NETRC": str(home / ".netrc")}
        seen: list[dict[str, str]] = []

        def look(exchange: Exchange) -> None:
            seen.append(exchange.headers)
            exchange.answer(exchange.forward())

        with Gate(host_of(scene.server_url), Target("GET", "*", None), look) as gate:
            scene.project.url = gate.url
            assert scene.run("plan").code == 0

        assert seen
        assert all("authorization" not in headers for headers in seen)
        assert decoy.heard == []


def test_the_token_goes_to_the_login_only_and_the_session_nowhere_before_it(tmp_path: Path) -> None:
    seen: list[tuple[str, dict[str, str]]] = []

    def look(exchange: Exchange) -> None:
        seen.append((exchange.path, exchange.headers))
        exchange.answer(exchange.forward())

    with scene_in(tmp_path) as scene:
        for method in ("GET", "POST"):
            with Gate(host_of(scene.server_url), Target(method, "*", None), look) as gate:
                scene.project.url = gate.url
                assert scene.run("plan").code == 0

    assert any("lv-session" in headers for _, headers in seen)
    for path, headers in seen:
        assert ("lv-access" in headers) == (path == "/session/login")
        assert ("lv-session" in headers) == (path != "/session/login")


def test_a_project_file_cannot_send_credentials_elsewhere(tmp_path: Path) -> None:
    with Decoy() as decoy, scene_in(tmp_path) as scene:
        scene.project.url = None
        for spelled in (
            f"http://decoy.localhost.example:{decoy.port}",
            f"https://livevox.com@127.0.0.1:{decoy.port}",
        ):
            text = f"version: 1\nenvironments: {{test: {{client: A, url: '{spelled}'}}}}\n"
            scene.project.write("lvstate.yaml", text)
            assert scene.run("plan").code == 3

        assert decoy.heard == []


def test_a_proxy_of_the_environment_is_asked_as_documented(tmp_path: Path) -> None:
    """It is the environment's to say, not the project's; an https tenant stays encrypted through it."""
    with Decoy() as decoy, scene_in(tmp_path) as scene:
        scene.project.url = "https://api.livevox.com"
        scene.project.environment |= {
            "HTTPS_PROXY": f"http://ann:{scene.emulator.canaries.proxy}@{decoy.host}",
            "NO_PROXY": "",
        }
        ran = scene.run("plan", "--timeout", "2", "--deadline", "1")
        canaries = scene.emulator.canaries

        assert ran.code == 1
        assert decoy.heard
        for said in decoy.heard:
            assert said.startswith(b"CONNECT api.livevox.com:443 ")
            assert canaries.token.encode() not in said
            assert b"LV-" not in said
