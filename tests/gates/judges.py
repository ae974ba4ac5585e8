"""Judges of formats that machines read: each parses a result with somebody else's parser, and never trusts ours.

A judge is given a result, the same result with a harmless name, and the payload that stands in its place.
It asserts that both say the same, that nothing obeys the payload, and that a reader can make it out.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree as ET

import pyte
import yaml

from tests.gates.payloads import HARMLESS
from tests.gates.reading import (
    command_of,
    foreign_commands,
    raw_controls,
    times_shown,
    unescaped,
)
from tests.gates.sarif_schema import SARIF

_SGR = re.compile(r"\x1b\[[0-9;]*m")
_ROOM = 160
"""Longer lines have a screen of their own, as wide as they need."""
_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def text(shown: str, harmless: str, payload: str) -> None:
    """A terminal shows each line as it is written, without colour, and a CI runner obeys none."""
    assert _SGR.findall(shown) == []
    on_a_terminal(shown)
    _seen(shown, harmless, payload)


def coloured(shown: str, harmless: str, payload: str) -> None:
    """So it does with colour: only lvstate's own, which end on their line."""
    assert set(_SGR.findall(shown)) <= set(_SGR.findall(harmless)) | {"\x1b[0m"}
    on_a_terminal(shown)
    _seen(_SGR.sub("", shown), _SGR.sub("", harmless), payload)


def on_a_terminal(shown: str) -> None:
    """Assert that a terminal emulator shows each line as it is written, and changes nothing else."""
    lines = shown.removesuffix("\n").split("\n")
    bare = [_SGR.sub("", line) for line in lines]
    assert raw_controls("\n".join(bare)) == set()
    assert foreign_commands("\n".join(bare)) == []
    # Printable ASCII moves and colours nothing on any terminal: the emulator is for the rest.
    lines = [line for line in lines if not (line.isascii() and line.isprintable())]
    short = [line for line in lines if len(line) <= _ROOM]
    for group in (short, *([line] for line in lines if len(line) > _ROOM)):
        _drawn_as_written(group)


def _drawn_as_written(lines: list[str]) -> None:
    screen = pyte.Screen(2 * max(map(len, lines), default=0) + 2, len(lines) + 1)
    stream = pyte.Stream(screen)
    for number, line in enumerate(lines):
        stream.feed(line)
        assert screen.cursor.y == number
        assert screen.cursor.attrs == screen.default_char, f"colour leaks from {line!r}"
        stream.feed("\r\n")
    written = [*(_SGR.sub("", line) for line in lines), ""]
    drawn = [unicodedata.normalize("NFC", line.rstrip()) for line in screen.display]
    assert drawn == [unicodedata.normalize("NFC", line.rstrip()) for line in written]
    assert (screen.title, screen.icon_name) == ("", "")


def _seen(shown: str, harmless: str, payload: str, *, without: str = "") -> None:
    wanted = times_shown(harmless, HARMLESS)
    seen = times_shown(shown, payload, without=without)
    assert seen >= wanted > 0, f"shown {seen} times instead of {wanted}"


def json_document(shown: str, harmless: str, payload: str) -> None:
    """A JSON parser reads the payload itself, in ASCII, at every place of the harmless name and nowhere else."""
    assert shown.isascii()
    assert raw_controls(shown) == set()
    assert foreign_commands(shown) == []
    assert json.loads(shown) == _with_payload(json.loads(harmless), payload)


def _with_payload(value: Any, payload: str) -> Any:
    match value:
        case str():
            return value.replace(HARMLESS, payload)
        case list():
            return [_with_payload(item, payload) for item in value]
        case dict():
            return {key: _with_payload(item, payload) for key, item in value.items()}
        case _:
            return value


def sarif(shown: str, harmless: str, payload: str) -> None:
    """A log that the schema describes, with the same results, relative URIs and nothing that viewers link."""
    assert shown.isascii()
    assert foreign_commands(shown) == []
    log, other = json.loads(shown), json.loads(harmless)
    SARIF.validate(log)
    assert _shape(log) == _shape(other)
    texts = list(_texts(log))
    assert not any("](" in told or raw_controls(told) for told in texts)
    _seen("\n".join(texts), "\n".join(_texts(other)), payload)
    for result in log["runs"][0]["results"]:
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert location.isascii()
        assert urlsplit(location)[:2] == ("", "")
        path = unquote_to_bytes(urlsplit(location).path).decode("utf-8", "surrogatepass")
        assert path in (payload, "lvstate.yaml")


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [told for item in value.values() for told in _texts(item)]
    if isinstance(value, list):
        return [told for item in value for told in _texts(item)]
    return []


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items() if key not in ("ruleIndex", "rules")}
    if isinstance(value, list):
        return [_shape(item) for item in value]
    return "text" if isinstance(value, str) else value


def github(shown: str, harmless: str, payload: str) -> None:
    """The runner finds the same commands as with a harmless name, each with the same properties."""
    assert raw_controls(shown) == set()
    assert foreign_commands(shown, ours=True) == []
    found = [command_of(line) for line in shown.split("\n")[:-1]]
    expected = [command_of(line) for line in harmless.split("\n")[:-1]]
    said, hoped = [], []
    assert len(found) == len(expected)
    for command, other in zip(found, expected, strict=True):
        assert command is not None
        assert other is not None
        assert (command.name, list(command.properties)) == (other.name, list(other.properties))
        assert command.properties.get("line") == other.properties.get("line")
        assert raw_controls(command.data + "".join(command.properties.values())) == set()
        said += [command.data, *command.properties.values()]
        hoped += [other.data, *other.properties.values()]
    _seen("\n".join(said), "\n".join(hoped), payload)


def junit(shown: str, harmless: str, payload: str) -> None:
    """An XML parser finds the same elements and attributes, and the payload only in their texts."""
    assert shown.isascii()
    assert foreign_commands(shown) == []
    assert "<!DOCTYPE" not in shown
    tree, other = ET.fromstring(shown), ET.fromstring(harmless)  # noqa: S314 (no document type, as asserted)
    assert _elements(tree) == _elements(other)
    assert raw_controls("".join(_strings(tree))) == set()
    _seen("\n".join(_strings(tree)), "\n".join(_strings(other)), payload)


def _elements(element: ET.Element) -> Any:
    counts = {key: element.get(key) for key in ("tests", "failures", "errors", "line")}
    return (element.tag, sorted(element.attrib), counts, [_elements(child) for child in element])


def _strings(element: ET.Element) -> list[str]:
    own = [value for key, value in element.attrib.items() if key not in ("line", "time")]
    own += [element.text or ""]
    return own + [found for child in element for found in _strings(child)]


def csv_table(shown: str, harmless: str, payload: str) -> None:
    """A CSV parser finds the same cells, and no spreadsheet finds a formula, whatever it takes for a delimiter."""
    assert foreign_commands(shown) == []
    rows = list(csv.reader(io.StringIO(shown, newline=""), strict=True))
    others = list(csv.reader(io.StringIO(harmless, newline=""), strict=True))
    assert [len(row) for row in rows] == [len(row) for row in others]
    assert shown.count("\r\n") == len(rows)
    for row in rows:
        for cell in row:
            assert raw_controls(cell) == set()
            assert "\n" not in cell
            for part in (cell, *cell.split(";"), *unescaped(cell).split(";")):
                assert not part.lstrip().startswith(_FORMULA), cell
    told, hoped = ("\n".join("\n".join(row) for row in table) for table in (rows, others))
    _seen(told, hoped, payload, without="'")


def export(shown: str, harmless: str, payload: str) -> None:
    """A YAML parser reads back every value that a manifest can hold, and says of the others that they are left out."""
    assert raw_controls(shown) - {"\n"} == set()
    assert foreign_commands(shown) == []
    found, other = yaml.safe_load(shown), yaml.safe_load(harmless)
    written = payload.replace("${var.", "$${var.")  # a manifest's own escape
    blank = not payload.strip()
    left_out = shown.count("left out: ")
    values = [value for value in _leaves(found) if value == written]
    assert list(_leaves(found)).count("Beside") == 1
    if left_out:
        assert blank or len(payload) > 1000 or any("\ud800" <= char <= "\udfff" for char in payload)
    else:
        assert len(values) >= sum(value == HARMLESS for value in _leaves(other))
        assert {key: len(section) for key, section in found.items() if key != "version"} == {
            key: len(section) for key, section in other.items() if key != "version"
        }


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]
