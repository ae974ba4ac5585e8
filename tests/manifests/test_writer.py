"""Live objects become manifests that say the same and are read back unchanged."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lvstate.kinds import Kind, kind_named
from lvstate.manifests import render, render_document
from lvstate.manifests.writer import scalar, slug
from lvstate.model.project import Project
from lvstate.model.resource import Fields, Live
from tests.manifests.memory import load

GROUP, FIELD, TYPE = (kind_named(name) for name in ("contact_group", "custom_field", "account_type"))


def groups(*names: str) -> Mapping[Kind, Sequence[Live]]:
    return {GROUP: [Live(GROUP.name, 100 + n, {"name": name}) for n, name in enumerate(names)]}


def back(live: Mapping[Kind, Sequence[Live]], *, pin_ids: bool = True) -> Project:
    one = load({"manifests/all.yaml": render_document(live, pin_ids=pin_ids)})
    several = load(
        {f"manifests/{section}.yaml": text for section, text in render(live, pin_ids=pin_ids).items()}
    )
    assert {(d.ref, d.pin) for d in one.declared} == {(d.ref, d.pin) for d in several.declared}
    return one


NAMES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.text("aA0 .-_:#'\"\\${}[]var\t\n~", min_size=1, max_size=12),
    st.sampled_from(
        ["no", "010", "2019", "1e3", "~", "null", "12:30", "2024-01-01", "=", "<<", "${var.x}", "$${var.x}"]
    ),
    st.sampled_from(
        ["- a", "a: b", "a #b", " a", "a ", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`", "\ufeffa", "?"]
    ),
).filter(lambda name: bool(name.strip()))


@settings(max_examples=300)
@given(st.lists(NAMES, min_size=1, max_size=8), st.booleans())
def test_every_name_is_read_back_as_it_was(names: list[str], pin_ids: bool) -> None:
    live = groups(*names)
    project = back(live, pin_ids=pin_ids)
    pinned = {name for name in names if pin_ids or names.count(name) > 1}

    assert len(project.declared) == len(names)
    assert {(d.fields["name"], d.pin) for d in project.declared} == {
        (name, 100 + n if name in pinned else None) for n, name in enumerate(names)
    }


@settings(max_examples=200)
@given(st.lists(NAMES, max_size=8, unique=True), st.randoms())
def test_addresses_do_not_depend_on_the_order_of_the_listing(names: list[str], chance: random.Random) -> None:
    objects = list(groups(*names)[GROUP])
    text = render_document({GROUP: objects})
    chance.shuffle(objects)

    assert render_document({GROUP: objects}) == text


@given(NAMES)
def test_a_value_is_one_line_that_any_yaml_1_1_reader_reads_alike(name: str) -> None:
    written = scalar(name)

    assert written.isprintable()
    assert yaml.safe_load(f"a: {written}") == {"a": name.replace("${var.", "$${var.")}


FIELD_VALUES = st.fixed_dictionaries(
    {"label": NAMES},
    optional={
        "data_type": st.sampled_from(["NUMBER", "STRING", "DATE", "BOOLEAN"]),
    },
) | st.fixed_dictionaries(
    {
        "label": NAMES,
        "data_type": st.just("LIST"),
        "list_values": st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple),
    }
)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(FIELD.slots), FIELD_VALUES, min_size=1, max_size=4))
def test_every_custom_field_is_read_back_as_it_was(fields: dict[str, Fields]) -> None:
    project = back({FIELD: [Live(FIELD.name, slot, values) for slot, values in fields.items()]})

    assert {d.address: d.fields for d in project.declared} == fields


def test_shorthand_is_used_where_it_says_all() -> None:
    live = {
        **groups("Early Stage 1-30", "Client BOA", "Client BOA", "no"),
        FIELD: [
            Live(
                FIELD.name, "COL30", {"label": "Colour", "data_type": "LIST", "list_values": ("blue", "#f00")}
            )
        ],
        TYPE: [
            Live(TYPE.name, 9, {"name": "Hospital", "level": 2}),
            Live(TYPE.name, 11, {"name": "Old", "level": 1}),
        ],
    }

    assert render_document(live, pin_ids=False, schema="manifest.schema.json") == (
        "# yaml-language-server: $schema=manifest.schema.json\n"
        "version: 1\n"
        "\n"
        "contact_groups:\n"
        "  early-stage-1-30: Early Stage 1-30\n"
        "  client-boa-101:\n"
        "    name: Client BOA\n"
        "    id: 101\n"
        "  client-boa-102:\n"
        "    name: Client BOA\n"
        "    id: 102\n"
        '  "no": "no"\n'
        "\n"
        "custom_fields:\n"
        "  COL30:\n"
        "    label: Colour\n"
        "    data_type: LIST\n"
        "    list_values:\n"
        "      - blue\n"
        '      - "#f00"\n'
        "\n"
        "account_types:\n"
        "  old:\n"
        "    name: Old\n"
        "    level: 1\n"
        "  hospital:\n"
        "    name: Hospital\n"
        "    level: 2\n"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Early Stage 1-30", "early-stage-1-30"),
        ("Früh & Spät", "fruh-spat"),
        ("ﬁne ①", "fine-1"),
        ("  --x--  ", "x"),
        ("日本", ""),
        ("a" * 200, "a" * 100),
        ("../..", ""),
        ("A_b.c", "a_b.c"),
    ],
)
def test_an_address_is_what_is_left_of_the_name(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_where_nothing_is_left_the_id_stands_alone() -> None:
    declared = back(groups("日本", "101", "100", "A", "a", "a-103")).declared

    assert {d.pin: d.address for d in declared} == {
        100: "100",
        101: "101",
        102: "100-102",
        103: "a-103",
        104: "a-104",
        105: "a-103-105",
    }


def test_what_cannot_be_declared_is_left_out_in_a_comment_that_cannot_break_out() -> None:
    live = {
        **groups(" ", "half \ud800", "x" * 40_000, "evil\n  b: B"),
        FIELD: [
            Live(FIELD.name, "COL1", {"label": "A", "data_type": "LIST"}),
            Live(FIELD.name, "COL101\nx: y", {"label": "B"}),
            Live(FIELD.name, "COL2", {"label": "C", "data_type": "MONEY"}),
        ],
        TYPE: [Live(TYPE.name, 0, {"name": "Zero"}), Live(TYPE.name, 10**30, {"name": "Large"})],
    }
    text = render_document(live)
    project = load({"manifests/a.yaml": text})

    assert [(d.ref, dict(d.fields)) for d in project.declared] == [
        ("contact_group/evil-b-b", {"name": "evil\n  b: B"}),
        ("custom_field/COL1", {"label": "A"}),
        ("custom_field/COL2", {"label": "C"}),
    ]
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")][1:]
    assert len(comments) == 8
    assert '  # left out: contact group 100 " ": `name` is blank' in comments
    assert all(line.isprintable() and len(line) < 500 for line in comments)


def test_nothing_live_makes_no_file() -> None:
    assert render({GROUP: [], FIELD: []}) == {}
    assert render_document({GROUP: []}).splitlines()[1:] == ["version: 1"]
