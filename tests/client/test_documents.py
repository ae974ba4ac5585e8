"""Only one well-formed JSON document is believed."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstate.client.documents import NotJson, parse

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_every_json_document_comes_back_as_it_was(document: object, escaped: bool) -> None:
    assert parse(json.dumps(document, ensure_ascii=escaped).encode("utf-8", "surrogatepass")) == document


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_not_json(body: bytes) -> None:
    with suppress(NotJson):
        parse(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": 1, "id": 2}',
        b'{"id": 1, "id": 1}',
        b'[{"a": {"id": 1, "name": "x", "id": 1}}]',
        b'{"id": 1, "\\u0069d": 2}',
    ],
)
def test_a_key_that_occurs_twice_is_refused_at_any_depth(body: bytes) -> None:
    with pytest.raises(NotJson):
        parse(body)


@pytest.mark.parametrize(
    "body",
    [
        rb'{"name": "\ud800"}',
        rb'["\uDFFF"]',
        rb'{"\udbff": 1}',
        rb'"\uDC00\uD800"',
        b'{"name": "\xed\xa0\x80"}',
    ],
)
def test_half_a_character_is_refused_at_any_place(body: bytes) -> None:
    with pytest.raises(NotJson):
        parse(body)


def test_a_pair_of_halves_is_a_character() -> None:
    assert parse(rb'{"name": "\ud83d\udc4d"}') == {"name": "\U0001f44d"}


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
def test_numbers_that_json_does_not_have_are_refused(word: bytes) -> None:
    with pytest.raises(NotJson):
        parse(b'{"level": ' + word + b"}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"{",
        b'{"id": 22',
        b'{"id": 2200} {"id": 2201}',
        b"{'id': 1}",
        b'{"id": 1,}',
        b'["a\nb"]',
        b"<html></html>",
        b"OK",
    ],
)
def test_what_is_not_one_whole_document_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        parse(body)


@pytest.mark.parametrize(
    "body",
    [b'"\xff"', b'"\xc3"', b'"\xed\xa0\x80"', b'"\xc0\xaf"', '"ä"'.encode("latin-1"), '"a"'.encode("utf-16")],
)
def test_what_is_not_utf_8_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        parse(body)


def test_a_byte_order_mark_is_refused() -> None:
    with pytest.raises(NotJson):
        parse(b"\xef\xbb\xbf{}")


@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
def test_nesting_is_read_down_to_64_and_refused_beyond(opened: str, closed: str) -> None:
    parse((opened * 64 + "1" + closed * 64).encode())
    with pytest.raises(NotJson, match="nested too deep"):
        parse((opened * 65 + "1" + closed * 65).encode())


def test_a_bottomless_document_is_refused_rather_than_overflow_the_stack() -> None:
    with pytest.raises(NotJson):
        parse(b"[" * 1_000_000)


def test_brackets_inside_text_are_not_nesting() -> None:
    assert parse(b'"' + b"[{" * 100 + b'"') == "[{" * 100


def test_many_shallow_objects_are_not_nesting() -> None:
    assert len(parse(b"[" + b"{}," * 5000 + b"{}]")) == 5001


def test_ids_beyond_64_bits_keep_every_digit() -> None:
    assert parse(b'{"id": 150003484625699999999999}') == {"id": 150003484625699999999999}


def test_a_number_too_long_to_be_one_is_refused() -> None:
    with pytest.raises(NotJson):
        parse(b"1" * 5000)
