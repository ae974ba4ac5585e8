"""The page at `/` in a real Chromium: it renders, refreshes itself, complains of nothing and calls nobody."""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Response

from lvstate.emulator import create_app, serve
from lvstate.emulator.http.reception import Reception
from lvstate.emulator.http.requests import EmulatorRequest
from lvstate.emulator.laboratory import Laboratory
from tests.emulator.caller import Caller

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
HOSTILE = "<img src=//example.com/x onerror=document.title='taken'><script>document.title='taken'</script>"

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome on the PATH")


@dataclass
class Visit:
    """What a browser made of a page."""

    dom: str
    console: list[str]
    hosts: set[str]


@dataclass
class Window:
    """A browser that looks at one emulator."""

    url: str
    caller: Caller
    folder: Path

    def look(self, path: str = "/", *options: str, wait_ms: int = 500) -> Visit:
        """Load a page, let its time pass, and return its document when that is over."""
        log = self.folder / "net.json"
        command = [
            str(BROWSER),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--enable-logging=stderr",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--user-data-dir={self.folder / 'profile'}",
            f"--log-net-log={log}",
            f"--virtual-time-budget={wait_ms}",
            *options,
            "--dump-dom",
            self.url + path,
        ]
        environment = {**os.environ, "HOME": str(self.folder)}
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=environment)
        return Visit(ran.stdout, re.findall(r":CONSOLE[:(].*", ran.stderr), _hosts(log))


def _hosts(log: Path) -> set[str]:
    """The hosts that pages (not the browser on its own behalf) asked for anything."""
    events = json.loads(log.read_text(encoding="utf-8", errors="replace"))["events"]
    started = [event["params"] for event in events if "initiator" in event.get("params", {})]
    return {
        urlsplit(params["url"]).netloc
        for params in started
        if params["initiator"].startswith(("http", "null"))
    }


def _right_edge(screenshot: Path) -> set[bytes]:
    """The colours of the last column of a PNG of 8 bits a channel."""
    raw = screenshot.read_bytes()
    width, height, _, kind = struct.unpack(">IIBB", raw[16:26])
    size = {2: 3, 6: 4}[kind]
    data, position = b"", 8
    while position < len(raw):
        length, name = struct.unpack(">I4s", raw[position : position + 8])
        data += raw[position + 8 : position + 8 + length] if name == b"IDAT" else b""
        position += length + 12
    pixels, stride = zlib.decompress(data), width * size + 1
    line = bytearray(stride - 1)
    colours = set()
    for row in range(height):
        line = _unfiltered(pixels[row * stride : (row + 1) * stride], line, size)
        colours.add(bytes(line[-size:]))
    return colours


def _unfiltered(row: bytes, above: bytearray, size: int) -> bytearray:
    kind, line = row[0], bytearray(row[1:])
    for here in range(len(line)):
        left = line[here - size] if here >= size else 0
        up = above[here]
        corner = above[here - size] if here >= size else 0
        guess = left + up - corner
        nearest = min((left, up, corner), key=lambda value: abs(guess - value))
        line[here] = (line[here] + (0, left, up, (left + up) // 2, nearest)[kind]) & 255
    return line


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    with (
        create_app(seed="vendor-examples", laboratory=Laboratory(control=True)) as app,
        serve(app, port=0) as server,
    ):
        yield Window(server.url, Caller(app), tmp_path)


def test_it_renders_hostile_names_as_text_and_asks_nobody_else(window: Window) -> None:
    window.caller.post("/contact/contactGroups", {"name": HOSTILE})
    visit = window.look()
    assert "<title>LiveVox emulator</title>" in visit.dom
    assert "<bdi>&lt;img src=//example.com/x" in visit.dom
    assert "Platinum" in visit.dom
    assert visit.console == []
    assert visit.hosts == set()


def test_its_script_shows_requests_that_came_after_it(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = Reception._page

    def page_then_request(self: Reception, request: EmulatorRequest) -> Response:
        response = rendered(self, request)
        window.caller.get("/%3Cimg%20src=x%20onerror=document.title='taken'%3E")
        return response

    monkeypatch.setattr(Reception, "_page", page_then_request)
    visit = window.look(wait_ms=6000)
    assert "GET /&lt;img src=x onerror=document.title='taken'&gt;" in visit.dom
    assert "<title>LiveVox emulator</title>" in visit.dom
    assert visit.console == []
    assert visit.hosts == {urlsplit(window.url).netloc}


def test_nothing_reaches_beyond_the_edge_of_a_phone(window: Window) -> None:
    """At the edge there is the ground of the page and nothing else, whatever the names are."""
    for path in ("/account/types", "/contact/contactGroups", "/account/accounts"):
        window.caller.post(path, {"name": "W" * 300})
    window.caller.get("/" + "w" * 300)
    shot = window.folder / "shot.png"
    window.look(f"/?q={'W' * 50}", "--window-size=390,900", "--hide-scrollbars", f"--screenshot={shot}")
    assert int.from_bytes(shot.read_bytes()[16:20], "big") == 390
    assert {colour[:3] for colour in _right_edge(shot)} == {bytes.fromhex("f7f7f5")}
