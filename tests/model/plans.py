"""Plans of every shape, for properties that hold for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from lvstate.model.change import (
    Blocked,
    Change,
    Create,
    Delete,
    FieldChange,
    Plan,
    Unlisted,
    Update,
    Usage,
    Warning,
)
from lvstate.model.problem import Source
from lvstate.model.project import Commit, Pattern, Selection
from lvstate.model.tenant import Tenant

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

HOSTILE = (
    "\x1b[2J\x1b[31mred",
    "one\ntwo\r\nthree",
    "Old\u202egnihsif",
    "a\u200bb\ufeffc",
    "\u0301accent",
    "half \ud800",
    "tag\U000e0041",
    'say "no" -> "yes"',
    "back\\slash",
    "\u2028line\u2029paragraph",
    "\x9b31m",
    "\u8fd1\u6240",
    "",
)
"""Names that try to be more than names."""

texts = st.text(st.characters(), max_size=12) | st.sampled_from(HOSTILE)
kinds = st.sampled_from(["contact_group", "custom_field", "account_classification", "account_type", "queue"])
numbers = st.integers(min_value=0, max_value=10**12)
values = texts | numbers | st.lists(texts, max_size=4).map(tuple)
live_ids = numbers | texts
sources = st.builds(Source, texts, st.integers(1, 9999), st.integers(1, 200))
usages = st.builds(Usage, numbers, st.just(value=False)) | st.just(Usage(1000, more=True))
origins = st.sampled_from([None, "manifest", "drift", "both"])
fields = st.lists(
    st.builds(FieldChange, texts, st.none() | values, st.none() | values, origins), max_size=3
).map(tuple)
remarks = {
    "source": st.none() | sources,
    "origin": origins,
    "notes": st.lists(texts | texts.map("risky: {}".format), max_size=2).map(tuple),
}
creates: SearchStrategy[Change] = st.builds(Create, kinds, texts, texts, fields, **remarks)
updates: SearchStrategy[Change] = st.builds(Update, kinds, texts, texts, live_ids, fields, **remarks)
deletes: SearchStrategy[Change] = st.builds(
    Delete, kinds, st.none() | texts, texts, live_ids, fields, st.none() | usages, **remarks
)
changes = creates | updates | deletes
blocked = st.builds(
    Blocked,
    kinds,
    st.none() | texts,
    st.none() | texts,
    st.sampled_from([None, "create", "update", "delete"]),
    texts,
    texts,
    st.none() | texts,
    st.lists(live_ids, max_size=3).map(tuple),
    st.none() | usages,
    st.none() | sources,
    fields=st.just(()),  # which no document holds
    suggestion=st.none() | texts,
)
patterns = st.builds(
    Pattern, st.sampled_from(["*", "contact_group"]), st.text(st.characters(), min_size=1, max_size=8)
)
plans = st.builds(
    Plan,
    tenant=st.builds(Tenant, texts, st.none() | texts),
    environment=texts,
    changes=st.lists(changes, max_size=4).map(tuple),
    blocked=st.lists(blocked, max_size=2).map(tuple),
    unlisted=st.lists(st.builds(Unlisted, kinds, texts, live_ids, st.booleans()), max_size=3).map(tuple),
    warnings=st.lists(st.builds(Warning, texts, texts, st.none() | texts, st.none() | texts), max_size=2).map(
        tuple
    ),
    fingerprint=st.text("0123456789abcdef", min_size=64, max_size=64).map("sha256:{}".format),
    selection=st.builds(
        Selection,
        st.lists(patterns, max_size=2).map(tuple),
        st.lists(patterns, max_size=2).map(tuple),
    ),
    base=st.none() | st.builds(Commit, texts, st.just("0" * 40)),
    allow_create=st.lists(texts, max_size=2).map(tuple),
    offline=st.booleans(),
)
