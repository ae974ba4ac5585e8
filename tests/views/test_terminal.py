"""The escaper of the terminal grammar, judged by the Unicode database and by a terminal."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstate.views.terminal import Style, Tint, columns, escape, quote
from tests.model.plans import HOSTILE, texts

NEVER_SHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_every_character_that_is_not_drawn_becomes_visible() -> None:
    passed = [
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in NEVER_SHOWN and escape(f"a{chr(code)}") == f"a{chr(code)}"
    ]
    assert [hex(code) for code in passed] == []


def test_ordinary_letters_stay_as_they_are() -> None:
    for name in (
        "Early Stage 1-30",
        "Pr\u00e4mie \u2013 50 %",
        "\u8fd1\u6240\u3000\u3042",
        "\U0001f600",
        "e\u0301",
    ):
        assert escape(name) == name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\u202eabc", r"\u202eabc"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("a\xa0b", r"a\xa0b"),
        ("a\ufe0f", r"a\ufe0f"),
        ("\u3164", r"\u3164"),
        ("\u0301a", r"\u0301a"),
        ("\x7f\x9b", r"\x7f\x9b"),
    ],
)
def test_what_is_escaped_is_spelt_by_its_number(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_a_quoted_name_cannot_close_its_quotes_or_pretend_an_escape() -> None:
    assert quote('a" -> "b') == r'"a\" -> \"b"'
    assert quote(r"\x1b") == r'"\\x1b"'
    assert quote("\x1b") == r'"\x1b"'
    assert quote("\u00e9", only_ascii=True) == r'"\xe9"'


@given(texts, texts)
def test_different_names_are_quoted_differently(one: str, other: str) -> None:
    assert (quote(one) == quote(other)) == (one == other)
    assert (quote(one, only_ascii=True) == quote(other, only_ascii=True)) == (one == other)


@given(st.text(st.characters()))
def test_only_ascii_is_ascii(text: str) -> None:
    assert quote(text, only_ascii=True).isascii()
    assert quote(text, only_ascii=True).isprintable()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_terminal_shows_a_hostile_name_on_one_line(name: str) -> None:
    pyte = pytest.importorskip("pyte", reason="no terminal emulator at hand")
    screen = pyte.Screen(120, 5)
    pyte.Stream(screen).feed(f"name: {quote(name)} .")
    assert screen.display[0].startswith('name: "')
    assert [line.strip() for line in screen.display[1:]] == [""] * 4
    assert screen.cursor.y == 0
    assert screen.cursor.x == columns(f"name: {quote(name)} .")
    assert {cell.fg for row in screen.buffer.values() for cell in row.values()} <= {"default"}


def test_columns_count_wide_letters_twice_and_marks_not_at_all() -> None:
    assert (columns("abc"), columns("\u8fd1\u6240"), columns("e\u0301")) == (3, 4, 1)


def test_paint_is_for_colour_only() -> None:
    assert Style(colour=False).paint("a", Tint.BOLD) == "a"
    assert Style(colour=True).paint("a", Tint.BOLD, Tint.RED) == "\x1b[1;31ma\x1b[0m"
    assert Style(colour=True).paint("a") == "a"
    assert Style(colour=True).paint("", Tint.BOLD) == ""


def test_folding_breaks_at_spaces_and_leaves_long_words_whole() -> None:
    style = Style(width=12)
    assert style.fold("one two three four", "  ") == ["  one two", "  three four"]
    assert style.fold("a abcdefghijklmnop b", "- ") == ["- a", "  abcdefghijklmnop", "  b"]
    assert style.fold(["[a,", "b b b b,", "c]"], "x: ", "") == ["x: [a,", "b b b b, c]"]
    assert style.fold("", "x ") == ["x "]
    assert Style(width=0).fold("one two three four", "  ") == ["  one two three four"]


@given(st.text("ab \u8fd1", max_size=60), st.integers(5, 40))
def test_folding_loses_nothing_but_the_spaces_it_breaks_at(text: str, width: int) -> None:
    assert " ".join(Style(width=width).fold(text, "")) == text
