"""Requests are those that the vendor's pages show."""

from __future__ import annotations

import pytest

from lvstate.kinds import all_kinds, kind_named
from lvstate.kinds.kind import Kind
from lvstate.wire.collection import Collection
from lvstate.wire.messages import Number, Read, Request, Text, Write

GROUP, COLUMN, CLASSIFICATION, TYPE = (
    kind_named(name) for name in ("contact_group", "custom_field", "account_classification", "account_type")
)

REQUESTS: dict[str, tuple[Request, str, str, object]] = {
    "List Contact Group": (
        GROUP.shape.list(0, 1000),
        "GET",
        "/contact/contactGroups?count=1000&offset=0",
        None,
    ),
    "List Contact Group, a later page": (
        GROUP.shape.list(999, 1000),
        "GET",
        "/contact/contactGroups?count=1000&offset=999",
        None,
    ),
    "Read Contact Group": (GROUP.shape.read(2200), "GET", "/contact/contactGroups/2200", None),
    "Create Contact Group": (
        GROUP.shape.create({"name": "Client BOA"}),
        "POST",
        "/contact/contactGroups",
        {"name": "Client BOA"},
    ),
    "Update Contact Group": (
        GROUP.shape.update([(1234567, {"name": "BOA Group Agents"})]),
        "PUT",
        "/contact/contactGroups/1234567",
        {"name": "BOA Group Agents"},
    ),
    "List Custom Field": (COLUMN.shape.list(0, 1000), "GET", "/contact/contacts/customFields", None),
    "Read Custom Field": (COLUMN.shape.read("COL7"), "GET", "/contact/contacts/customFields/COL7", None),
    "Update Custom Field": (
        COLUMN.shape.update([("COL11", {"label": "Balance Due After Date"})]),
        "PUT",
        "/contact/contacts/customFields",
        {"customFields": [{"field": "COL11", "label": "Balance Due After Date"}]},
    ),
    "Update Custom Field, several": (
        COLUMN.shape.update(
            [
                ("COL12", {"label": "Colour", "data_type": "LIST", "list_values": ("blue", "green")}),
                ("COL9", {"label": "Company"}),
            ]
        ),
        "PUT",
        "/contact/contacts/customFields",
        {
            "customFields": [
                {"field": "COL12", "label": "Colour", "dataType": "LIST", "listValues": ["blue", "green"]},
                {"field": "COL9", "label": "Company"},
            ]
        },
    ),
    "List All Classification": (
        CLASSIFICATION.shape.list(0, 1000),
        "GET",
        "/account/classifications",
        None,
    ),
    "Read Classification": (CLASSIFICATION.shape.read(171), "GET", "/account/classifications/171", None),
    "Create Classification": (
        CLASSIFICATION.shape.create({"name": "Bronze"}),
        "POST",
        "/account/classifications",
        {"name": "Bronze"},
    ),
    "Update Classification": (
        CLASSIFICATION.shape.update([(181, {"name": "Brass", "level": 6})]),
        "PUT",
        "/account/classification/181",
        {"name": "Brass", "level": 6},
    ),
    "Delete Classification": (
        CLASSIFICATION.shape.delete(182),
        "DELETE",
        "/account/classification/182",
        None,
    ),
    "List All Types": (TYPE.shape.list(0, 1000), "GET", "/account/types", None),
    "Read Type": (TYPE.shape.read(184), "GET", "/account/type/184", None),
    "Create Type": (
        TYPE.shape.create({"name": "Advertisement"}),
        "POST",
        "/account/types",
        {"name": "Advertisement"},
    ),
    "Update Type": (TYPE.shape.update([(192, {"level": 6})]), "PUT", "/account/type/192", {"level": 6}),
    "Delete Type": (TYPE.shape.delete(193), "DELETE", "/account/type/193", None),
}


@pytest.mark.parametrize(("request_", "method", "target", "body"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_the_documented_one(request_: Request, method: str, target: str, body: object) -> None:
    assert (request_.method, request_.target(), request_.body) == (method, target, body)


@pytest.mark.parametrize(("request_", "method", "target", "body"), REQUESTS.values(), ids=REQUESTS)
def test_whatever_changes_the_tenant_is_a_write_and_nothing_else_is(
    request_: Request, method: str, target: str, body: object
) -> None:
    assert isinstance(request_, Read if method == "GET" else Write)


@pytest.mark.parametrize(
    ("kind", "key"), [(CLASSIFICATION, "classificationId"), (TYPE, "typeId")], ids=["classification", "type"]
)
def test_the_accounts_that_use_an_object_are_searched_by_its_id(kind: Kind, key: str) -> None:
    assert kind.consumers is not None
    search = kind.consumers.search(171, 1000)
    assert isinstance(search, Read)
    assert (search.method, search.target()) == ("POST", "/account/accounts/search?count=1000&offset=0")
    assert search.body == {"search": {key: 171}}


# --- the two spellings -------------------------------------------------------------------------

SPELLINGS = {
    "list": ("/account/classifications", "/account/classification"),
    "read": ("/account/classifications/171", "/account/classification/171"),
    "create": ("/account/classifications", "/account/classification"),
    "update": ("/account/classification/171", "/account/classifications/171"),
    "delete": ("/account/classification/171", "/account/classifications/171"),
}


def each_request(kind: Kind, live_id: int) -> dict[str, Request]:
    shape = kind.shape
    return {
        "list": shape.list(0, 1000),
        "read": shape.read(live_id),
        "create": shape.create({"name": "x"}),
        "update": shape.update([(live_id, {"name": "x"})]),
        "delete": shape.delete(live_id),
    }


@pytest.mark.parametrize("call", SPELLINGS)
def test_each_request_about_a_classification_names_the_other_spelling(call: str) -> None:
    request = each_request(CLASSIFICATION, 171)[call]
    assert (request.path, request.other_path) == SPELLINGS[call]


@pytest.mark.parametrize("call", SPELLINGS)
def test_each_request_about_a_type_names_the_other_spelling(call: str) -> None:
    request = each_request(TYPE, 171)[call]
    assert request.other_path is not None
    assert {request.path, request.other_path} <= {
        "/account/type",
        "/account/types",
        "/account/type/171",
        "/account/types/171",
    }
    assert request.path != request.other_path
    assert request.path.count("/") == request.other_path.count("/")


@pytest.mark.parametrize("call", SPELLINGS)
def test_contact_groups_have_one_spelling(call: str) -> None:
    assert each_request(GROUP, 1)[call].other_path is None


def test_slots_have_one_spelling() -> None:
    requests = [
        COLUMN.shape.list(0, 1),
        COLUMN.shape.read("COL1"),
        COLUMN.shape.update([("COL1", {"label": "x"})]),
    ]
    assert [request.other_path for request in requests] == [None, None, None]


def test_a_path_outside_of_both_spellings_has_no_other() -> None:
    shape = Collection(
        path="/things",
        read_path="/thing/{id}",
        write_path="/thing/{id}",
        fields=(Text("name", "name"),),
        create_fields=frozenset({"name"}),
        spellings=("/thingummy", "/thingamajig"),
    )
    assert shape.list(0, 1).other_path is None
    assert shape.read(1).other_path is None


def test_the_other_spelling_is_sent_with_the_same_query() -> None:
    request = Read("GET", "/a", {"count": 1}, other_path="/b")
    assert (request.target(), request.target(request.other_path)) == ("/a?count=1", "/b?count=1")


# --- bodies and paths --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["  padded ", "Zürich", "e\u0301", "\u202eevil", 'say "no"', "a\\b", "", "null"]
)
def test_names_are_sent_exactly_as_written(name: str) -> None:
    assert GROUP.shape.create({"name": name}).body == {"name": name}
    assert COLUMN.shape.update([("COL1", {"label": name})]).body == {
        "customFields": [{"field": "COL1", "label": name}]
    }


def test_only_the_given_fields_are_sent() -> None:
    assert TYPE.shape.update([(1, {"level": 0})]).body == {"level": 0}
    assert COLUMN.shape.update([("COL1", {})]).body == {"customFields": [{"field": "COL1"}]}


def test_fields_that_the_wire_does_not_know_are_not_sent() -> None:
    assert GROUP.shape.create({"name": "x", "colour": "red"}).body == {"name": "x"}


def test_several_objects_in_one_write_are_for_batched_shapes_only() -> None:
    with pytest.raises(ValueError, match="too many values"):
        TYPE.shape.update([(1, {"level": 0}), (2, {"level": 1})])


@pytest.mark.parametrize(
    ("live_id", "path"),
    [("a/b", "a%2Fb"), ("../x", "..%2Fx"), ("a b?c#d", "a%20b%3Fc%23d"), ("%41", "%2541"), ("ü", "%C3%BC")],
)
def test_an_id_cannot_leave_its_place_in_the_path(live_id: str, path: str) -> None:
    assert COLUMN.shape.read(live_id).path == f"/contact/contacts/customFields/{path}"


@pytest.mark.parametrize("live_id", ["{id}", "x{id}y"])
def test_an_id_is_not_a_template(live_id: str) -> None:
    assert "{" not in COLUMN.shape.read(live_id).path


def test_slots_are_never_created_nor_deleted() -> None:
    shape = COLUMN.shape
    assert (shape.can_create, shape.can_delete, shape.batched, shape.paged) == (False, False, True, False)
    with pytest.raises(NotImplementedError, match="never created"):
        shape.create({"label": "x"})
    with pytest.raises(NotImplementedError, match="never created"):
        shape.created({"id": 1})
    with pytest.raises(NotImplementedError, match="never deleted"):
        shape.delete("COL1")


def test_what_a_create_cannot_carry_is_known() -> None:
    assert {kind.name: sorted(kind.shape.create_fields) for kind in all_kinds() if kind.shape.can_create} == {
        "contact_group": ["name"],
        "account_classification": ["name"],
        "account_type": ["name"],
    }


def test_a_number_and_a_text_are_sent_as_they_are() -> None:
    assert Number("level", "level").encode(6) == 6
    assert Text("name", "name").encode("6") == "6"
