"""Bytes become trees: strictly, with places, the same by either parser."""

from __future__ import annotations

import gc
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lvstate.manifests import reader
from lvstate.manifests.reader import read
from lvstate.manifests.scalars import Refused, certain, plain
from lvstate.manifests.tree import Document, Items, Mapping, Node, Scalar


def shape(node: Node | None) -> object:
    """A tree with all its places, fit for comparison."""
    match node:
        case None:
            return None
        case Scalar():
            return node.mark.line, node.mark.column, node.value
        case Items():
            return node.mark.line, node.mark.column, [shape(item) for item in node.nodes]
        case Mapping():
            keys = [(key, mark.line, mark.column) for key, mark in node.keys.items()]
            return node.mark.line, node.mark.column, keys, [shape(value) for value in node.nodes.values()]


def result(document: Document) -> object:
    return shape(document.root), document.problems, document.whole


def codes(text: str | bytes) -> list[str]:
    document = read("a.yaml", text if isinstance(text, bytes) else text.encode())
    return [problem.code for problem in document.problems]


ROUND = """\
a: früh 😀
'b': {c: [1, "two", ''], d: {}}   # 😀
"e 😀": |
  lines
  more
f: >-
  folded
   text
g:
- 1
- - x
  - ~
"""


def test_both_parsers_agree_on_every_value_and_place() -> None:
    assert yaml.__with_libyaml__
    assert result(read("a.yaml", ROUND.encode())) == result(read("a.yaml", ROUND.encode(), pure=True))


FRAGMENTS = st.sampled_from(
    [
        "a",
        "b: ",
        ": ",
        "- ",
        "? ",
        "\n",
        "\n  ",
        "\n    ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        '"',
        "'",
        "|\n",
        ">\n",
        "#",
        " #",
        "&x ",
        "*x",
        "!t ",
        "!!str ",
        "<<: ",
        "---\n",
        "...\n",
        "%",
        "@",
        "\\",
        "\\ud800",
        "é",
        "😀",
        "1",
        "010",
        "no",
        "\t",
        "\r\n",
        "~",
        "${var.x}",
        "=",
        "<<<<<<< a\n",
        "\x00",
        "\u2028",
        "\ufeff",
        "-",
        "x: y\n",
    ]
)


@settings(max_examples=400)
@given(st.lists(FRAGMENTS, max_size=12).map("".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever the text: no exception, at least one problem if it is not read, and a place inside the file."""
    for pure in (False, True):
        document = read("a.yaml", text.encode(), pure=pure)
        assert document.whole or document.problems
        for problem in document.problems:
            assert problem.source is not None
            assert problem.source.line <= text.count("\n") + 1


@settings(max_examples=400)
@given(st.lists(FRAGMENTS, max_size=8).map("".join).filter(lambda text: "?" not in text))
def test_what_both_parsers_read_they_read_alike(text: str) -> None:
    """`? ` is left out: where its missing value stands, they cannot agree; a mapping as key is refused anyway."""
    fast, slow = (read("a.yaml", text.encode(), pure=pure) for pure in (False, True))
    if fast.whole and slow.whole:
        assert result(fast) == result(slow)


@given(st.binary(max_size=40))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    document = read("a.yaml", data)

    assert document.whole or document.problems


@pytest.mark.parametrize("pure", [False, True])
def test_a_byte_order_mark_is_no_part_of_the_file(pure: bool) -> None:
    document = read("a.yaml", b"\xef\xbb\xbfversion: 1\n", pure=pure)

    assert document.root is not None
    assert document.root.value == {"version": 1}
    assert document.key(("version",)).column == 0


@pytest.mark.parametrize("pure", [False, True])
def test_windows_line_ends_change_nothing(pure: bool) -> None:
    document = read("a.yaml", b"a: 1\r\nb:\r\n  c: no\r\n", pure=pure)

    assert [(str(p.source), p.excerpt) for p in document.problems] == [("a.yaml:3:6", "  c: no")]


def test_invalid_utf8_is_told_at_its_place() -> None:
    document = read("a.yaml", "a: é\nb: \xff".encode("latin-1").replace(b"\xe9", "é".encode()))

    assert [(str(p.source), p.code, p.excerpt) for p in document.problems] == [
        ("a.yaml:2:4", "not-utf8", "b: \N{REPLACEMENT CHARACTER}")
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_other_encodings_are_refused(encoding: str) -> None:
    assert set(codes("name: Frühstück".encode(encoding))) <= {"not-utf8", "control-character"}
    assert codes("name: Frühstück".encode(encoding))


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "[{"])
def test_deep_nesting_is_an_error_not_a_crash(opening: str) -> None:
    assert codes("a: " + opening * 50_000) in (["nested-too-deep"], ["yaml-syntax"])
    assert codes("\n" + opening * 50_000) == ["nested-too-deep"]


def test_an_integer_of_5000_digits_is_an_error_not_a_crash() -> None:
    assert codes("a: " + "9" * 5000) == ["number-format"]


def test_an_alias_bomb_is_refused_without_being_built() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]
    document = read("a.yaml", "\n".join(["l0: &l0 [x]", *levels]).encode())

    assert {problem.code for problem in document.problems} == {"alias"}
    assert len(document.problems) == 9 + 8 * 9


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lvstate.manifests.text.MAX_BYTES", 1024 * 1024)

    assert codes(b"\xff" * (1024 * 1024 + 1)) == ["file-too-large"]


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_NODES", 20)

    assert codes("".join(f"k{n}: v\n" for n in range(20))) == ["too-many-values"]


def test_a_text_that_is_too_long_is_refused() -> None:
    assert codes("a: " + "x" * 65_537) == ["text-too-long"]


def test_every_merge_conflict_of_a_file_is_told() -> None:
    text = "a: 1\n<<<<<<< x\n=======\n>>>>>>> y\n<<<<<<< x\n"

    assert codes(text) == ["merge-conflict", "merge-conflict"]
    assert codes("a: 1\n=======\n") == ["merge-conflict"]


def test_three_events_make_an_entry_one_pass_makes_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work grows with the file and no faster: counted, not timed."""
    counts = []
    for size in (100, 1000):
        calls = 0
        text = "groups:\n" + "".join(f"  g{n}: Group {n}\n" for n in range(size))

        def count(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count)
        try:
            read("a.yaml", text.encode())
        finally:
            sys.setprofile(None)
        counts.append(calls)

    assert counts[1] < 10.5 * counts[0]
    assert counts[1] / 1000 < 60


def test_the_collector_is_left_as_it_was() -> None:
    gc.disable()
    try:
        read("a.yaml", b"a: 1")
        assert not gc.isenabled()
    finally:
        gc.enable()
    read("a.yaml", b"a: [")
    assert gc.isenabled()


@given(st.text(alphabet="0123456789abcdefxXoOeE_:.+-~=<yYnNtTrRuUsSlLfFZ ", min_size=1, max_size=12))
def test_what_is_certain_pyyaml_reads_the_same_way(text: str) -> None:
    """PyYAML is YAML 1.1: whatever we take without quotes, it takes for the same value."""
    text = text.strip()
    try:
        value = plain(text)
    except Refused:
        return
    resolver: Any = yaml.SafeLoader("")
    tag = resolver.resolve(yaml.ScalarNode, text, (True, False)).rpartition(":")[2]

    assert tag == {str: "str", bool: "bool", int: "int", type(None): "null"}[type(value)]
    assert certain(text) == (value == text)
