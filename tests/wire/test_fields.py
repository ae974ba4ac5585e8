"""Fields in the spelling of `gh api`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstate.errors import UsageError
from lvstate.wire.fields import Field, document_of, query_of


def built(*texts: str) -> Any:
    """Fields that begin with a colon are typed."""
    fields = [Field(text.removeprefix(":"), typed=text.startswith(":")) for text in texts]
    return document_of(fields, lambda name: f"text of {name}")


@pytest.mark.parametrize(
    ("fields", "document"),
    [
        ([], {}),
        (["name=x"], {"name": "x"}),
        (["name="], {"name": ""}),
        (["name=a=b"], {"name": "a=b"}),
        (["name=[x]"], {"name": "[x]"}),
        (["a=true", "b=1", "c=@f"], {"a": "true", "b": "1", "c": "@f"}),
        ([":a=true", ":b=false", ":c=null"], {"a": True, "b": False, "c": None}),
        ([":a=7", ":b=-7", ":c=0", ":d=1500034846256"], {"a": 7, "b": -7, "c": 0, "d": 1500034846256}),
        ([":a=007", ":b=1.5", ":c=-0x1", ":d=\uff11"], {"a": "007", "b": "1.5", "c": "-0x1", "d": "\uff11"}),
        ([":a=True", ":b= 1"], {"a": "True", "b": " 1"}),
        ([":a=@note.txt", ":b=@-"], {"a": "text of note.txt", "b": "text of -"}),
        (["p[lastName]=x", "p[firstName]=y"], {"p": {"lastName": "x", "firstName": "y"}}),
        (["a[b][c]=1"], {"a": {"b": {"c": "1"}}}),
        (["a[]=1", ":a[]=2"], {"a": ["1", 2]}),
        (["a[]"], {"a": []}),
        (["a[b][]=1", "a[b][]=2"], {"a": {"b": ["1", "2"]}}),
        (["p[][x]=1", "p[][y]=2", "p[][x]=3"], {"p": [{"x": "1", "y": "2"}, {"x": "3"}]}),
        (["p[][q][a]=1", "p[][q][b]=2", "p[][r]=3"], {"p": [{"q": {"a": "1", "b": "2"}, "r": "3"}]}),
    ],
)
def test_fields_make_a_document(fields: list[str], document: Any) -> None:
    assert built(*fields) == document


@pytest.mark.parametrize(
    "fields",
    [
        ["name"],
        ["=x"],
        ["[a]=x"],
        ["a[b=x"],
        ["a]b[=x"],
        ["a[b]c=x"],
        ["a[b]"],
        ["a[][]=x"],
        ["a=1", "a=2"],
        ["a=1", "a[b]=2"],
        ["a=1", "a[]=2"],
        ["a[]=1", "a=2"],
        ["a[]=1", "a[b]=2"],
        ["a[b]=1", "a[b]=2"],
    ],
)
def test_fields_that_make_no_sense_are_refused(fields: list[str]) -> None:
    with pytest.raises(UsageError):
        built(*fields)


@given(st.text(), st.booleans())
def test_no_field_crashes(text: str, typed: bool) -> None:
    try:
        document = document_of([Field(text, typed)], lambda name: name)
    except UsageError:
        return
    assert len(document) == 1


def test_a_query_spells_values_and_arrays_and_refuses_objects() -> None:
    document = built(":a=true", ":b=null", ":c=7", "d[]=1", "d[]=2", "e=x y")
    assert query_of(document) == [
        ("a", "true"),
        ("b", ""),
        ("c", "7"),
        ("d[]", "1"),
        ("d[]", "2"),
        ("e", "x y"),
    ]
    for fields in (["a[b]=1"], ["a[][b]=1"]):
        with pytest.raises(UsageError):
            query_of(built(*fields))
