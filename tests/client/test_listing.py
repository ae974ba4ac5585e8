"""Complete listings, or an error: never a part, and never "empty" for something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lvstate.client import listing
from lvstate.client.listing import complete_listing
from lvstate.client.remote import Reader
from lvstate.client.session import Session
from lvstate.effects import HttpReply
from lvstate.errors import AuthError, LvstateError, NetworkError, ServiceError
from lvstate.kinds import all_kinds, kind_named
from lvstate.kinds.kind import Kind
from lvstate.model.resource import Live
from lvstate.wire.messages import Read
from tests.client.scripted_service import CREDENTIALS, RESET, ScriptedService, html, reply
from tests.client.virtual_time import Answer, VirtualTime

GROUP = kind_named("contact_group")
TYPE = kind_named("account_type")


def rows(*numbers: int) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"group {number}"} for number in numbers]


class Groups:
    """Contact groups as a service pages them; `next` as the vendor's example writes it."""

    def __init__(self, count: int, *, most: int = 1000, says_next: bool = True) -> None:
        self.ids = list(range(1, count + 1))
        self.asked: list[tuple[int, int]] = []
        self.before: dict[int, Callable[[], object]] = {}
        """What happens to the list right before the request of this number, from 0."""
        self._most = most
        self._says_next = says_next

    async def ask(self, request: Read) -> Any:
        assert (request.method, request.path) == ("GET", "/contact/contactGroups")
        assert request.query is not None
        offset, count = int(request.query["offset"]), int(request.query["count"])
        self.before.get(len(self.asked), lambda: None)()
        self.asked.append((offset, count))
        end = offset + min(count, self._most)
        page: dict[str, Any] = {"contactGroup": rows(*self.ids[offset:end])}
        if self._says_next and end < len(self.ids):
            page["next"] = f"contact/contactGroups/?offset={end}&count={count}"
        return page

    def read(self) -> tuple[Live, ...]:
        found: tuple[Live, ...] = run(complete_listing(GROUP, self.ask))
        return found

    @property
    def offsets(self) -> list[int]:
        assert {count for _, count in self.asked} == {1000}
        return [offset for offset, _ in self.asked]


def run(task: Any) -> Any:
    def no_request(request: object) -> Answer:
        raise AssertionError(f"not asked here: {request}")

    return VirtualTime(no_request).run(task)


def always(document: Any) -> Callable[[Read], Any]:
    async def ask(request: Read) -> Any:
        return document

    return ask


@pytest.mark.parametrize("says_next", [True, False])
@pytest.mark.parametrize(
    ("count", "offsets"),
    [
        (0, [0]),
        (1, [0]),
        (2, [0]),
        (999, [0]),
        (1000, [0, 999]),  # a full page without `next` is followed by one probe
        (1001, [0, 999]),
        (1998, [0, 999]),
        (1999, [0, 999, 1998]),
        (2000, [0, 999, 1998]),
        (2500, [0, 999, 1998]),
    ],
)
def test_every_object_is_read_with_pages_that_overlap_by_one(
    count: int, offsets: list[int], says_next: bool
) -> None:
    groups = Groups(count, says_next=says_next)
    assert [live.id for live in groups.read()] == groups.ids
    assert groups.offsets == offsets


def test_objects_come_in_the_services_order_with_their_fields() -> None:
    groups = Groups(0)
    groups.ids = [30, 10, 20]
    assert groups.read() == tuple(
        Live("contact_group", number, {"name": f"group {number}"}) for number in (30, 10, 20)
    )


@pytest.mark.parametrize("most", [2, 7, 500, 999])
def test_a_short_page_with_next_is_followed_behind_its_last_object(most: int) -> None:
    groups = Groups(20 if most < 10 else 1200, most=most)
    assert [live.id for live in groups.read()] == groups.ids
    assert groups.offsets[1] == most - 1


def test_a_short_page_without_next_is_the_last() -> None:
    groups = Groups(1200, most=500, says_next=False)
    assert len(groups.read()) == 500
    assert groups.offsets == [0]


@pytest.mark.parametrize("nothing", [None, "", False, 0])
def test_a_blank_next_is_no_next(nothing: object) -> None:
    found = run(complete_listing(GROUP, always({"contactGroup": rows(1, 2), "next": nothing})))
    assert len(found) == 2


@pytest.mark.parametrize(
    "value",
    [
        "https://evil.test/contact/contactGroups?offset=2",
        "//evil.test/",
        "contact/contactGroups/?offset=999999&count=1",
        "?offset=0",
        "garbage",
        7,
        ["x"],
        {"offset": 2},
        True,
    ],
    ids=repr,
)
def test_the_value_of_next_is_never_followed(value: object) -> None:
    service = ScriptedService(
        reply(200, {"contactGroup": rows(1, 2), "next": value}), reply(200, {"contactGroup": rows(2, 3)})
    )
    found = service.time.run(Reader(Session(CREDENTIALS)).list(GROUP))
    assert [live.id for live in found] == [1, 2, 3]
    assert service.lines == [
        "GET /contact/contactGroups?count=1000&offset=0",
        "GET /contact/contactGroups?count=1000&offset=1",
    ]


# Lists that change


@pytest.mark.parametrize("removed", [1, 500, 999, 1000])
def test_an_object_that_goes_between_two_pages_starts_the_listing_again(removed: int) -> None:
    groups = Groups(1500)
    groups.before[1] = lambda: groups.ids.remove(removed)
    assert [live.id for live in groups.read()] == groups.ids
    assert groups.offsets == [0, 999, 0, 999]


def test_an_object_that_comes_between_two_pages_starts_the_listing_again() -> None:
    groups = Groups(1500)
    groups.before[1] = lambda: groups.ids.insert(0, 9999)
    assert [live.id for live in groups.read()] == groups.ids
    assert groups.offsets == [0, 999, 0, 999]


def test_a_list_that_shrinks_below_the_first_page_starts_again() -> None:
    groups = Groups(1500)
    groups.before[1] = lambda: groups.ids.__delitem__(slice(3, None))
    assert [live.id for live in groups.read()] == [1, 2, 3]


def test_a_list_that_calms_down_after_five_restarts_is_read() -> None:
    groups = Groups(1500)
    groups.before = {request: lambda: groups.ids.pop(0) for request in (1, 3, 5, 7, 9)}
    assert [live.id for live in groups.read()] == groups.ids
    assert groups.offsets == [0, 999] * 6


def test_a_list_that_keeps_changing_is_given_up_after_five_restarts() -> None:
    groups = Groups(1500)
    groups.before = {request: lambda: groups.ids.pop(0) for request in (1, 3, 5, 7, 9, 11)}
    with pytest.raises(ServiceError, match="list of contact groups keeps changing"):
        groups.read()
    assert groups.offsets == [0, 999] * 6


@pytest.mark.parametrize("kind", [GROUP, TYPE], ids=["paged", "not paged"])
def test_an_id_that_occurs_twice_is_read_again_and_then_refused(kind: Kind) -> None:
    asked = []
    document: Any = rows(1, 2, 1)

    async def ask(request: Read) -> Any:
        asked.append(request)
        return {"contactGroup": document} if kind.shape.paged else document

    with pytest.raises(ServiceError, match="keeps changing"):
        run(complete_listing(kind, ask))
    assert len(asked) == 6


def test_an_id_that_occurred_twice_for_a_moment_is_read_once() -> None:
    documents = [rows(1, 2, 1), rows(1, 2)]

    async def ask(request: Read) -> Any:
        return documents.pop(0)

    assert [live.id for live in run(complete_listing(TYPE, ask))] == [1, 2]


@pytest.mark.parametrize("numbers", [(), (1,), (1, 2, 3)], ids=["none", "one", "some"])
def test_a_service_that_answers_every_page_alike_and_promises_more_is_given_up(
    numbers: tuple[int, ...],
) -> None:
    with pytest.raises(ServiceError, match="keeps changing"):
        run(complete_listing(GROUP, always({"contactGroup": rows(*numbers), "next": "?offset=1"})))


def test_a_last_object_that_is_promised_to_have_followers_for_ever_is_given_up() -> None:
    groups = Groups(1500)

    async def ask(request: Read) -> Any:
        return {**await groups.ask(request), "next": "contact/contactGroups/?offset=5"}

    with pytest.raises(ServiceError, match="keeps changing"):
        run(complete_listing(GROUP, ask))


def test_a_list_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_MOST_PAGES", 30)
    asked = []

    async def ask(request: Read) -> Any:
        assert request.query is not None
        offset = int(request.query["offset"])
        asked.append(offset)
        return {"contactGroup": rows(*range(offset, offset + 3)), "next": "more"}

    with pytest.raises(ServiceError, match="does not end"):
        run(complete_listing(GROUP, ask))
    assert len(asked) == 30


# Answers that are no listing

WRAPPERS = {"contact_group": "contactGroup", "custom_field": "customFields"}


def good(kind: Kind) -> list[Any]:
    if kind.slots:
        return [{"field": "COL1", "label": "x", "dataType": "STRING"}]
    return [{"id": 1, "name": "x", "level": 1}]


def wrapped(kind: Kind, content: Any) -> Any:
    return {WRAPPERS[kind.name]: content} if kind.name in WRAPPERS else content


def replaced(kind: Kind, **changes: Any) -> Any:
    """Return a listing of two objects whose second is spoilt; None takes a key away."""
    spoilt = {key: value for key, value in {**good(kind)[0], **changes}.items() if value is not Ellipsis}
    return wrapped(kind, [*good(kind), spoilt])


BY_NAME = [pytest.param(kind, id=kind.name) for kind in all_kinds()]


@pytest.mark.parametrize("kind", BY_NAME)
def test_the_documented_shape_is_read(kind: Kind) -> None:
    (live,) = run(complete_listing(kind, always(wrapped(kind, good(kind)))))
    assert live.fields[kind.name_field] == "x"
    assert run(complete_listing(kind, always(wrapped(kind, [])))) == ()


@pytest.mark.parametrize("kind", BY_NAME)
@pytest.mark.parametrize(
    "document", [None, {}, "", "x", 0, 7, True, {"code": 200, "message": "OK"}, {"next": ""}], ids=repr
)
def test_what_is_no_listing_is_an_error_and_never_empty(kind: Kind, document: Any) -> None:
    with pytest.raises(ServiceError, match="does not have the documented shape"):
        run(complete_listing(kind, always(document)))


@pytest.mark.parametrize("kind", BY_NAME)
@pytest.mark.parametrize("content", [None, {}, "", 0, {"id": 1, "name": "x"}], ids=repr)
def test_a_wrapper_around_something_else_is_an_error_and_never_empty(kind: Kind, content: Any) -> None:
    with pytest.raises(ServiceError, match="does not have the documented shape"):
        run(complete_listing(kind, always(wrapped(kind, content))))


@pytest.mark.parametrize("kind", [k for k in all_kinds() if k.name in WRAPPERS], ids=lambda kind: kind.name)
def test_a_missing_or_doubled_wrapper_is_an_error(kind: Kind) -> None:
    key = WRAPPERS[kind.name]
    for document in ({"items": good(kind)}, {key: good(kind), key.upper(): []}, good(kind)):
        with pytest.raises(ServiceError, match="does not have the documented shape"):
            run(complete_listing(kind, always(document)))


@pytest.mark.parametrize("kind", BY_NAME)
@pytest.mark.parametrize("item", [None, 1, "x", [], {}], ids=repr)
def test_one_item_that_is_no_object_spoils_the_whole_listing(kind: Kind, item: Any) -> None:
    with pytest.raises(ServiceError, match="does not have the documented shape"):
        run(complete_listing(kind, always(wrapped(kind, [*good(kind), item]))))


@pytest.mark.parametrize("kind", [k for k in all_kinds() if not k.slots], ids=lambda kind: kind.name)
@pytest.mark.parametrize("bad", [..., None, True, -1, 1.5, 2.0, "", "x", "-1", "1.0", "٣", [], {}], ids=repr)
def test_an_object_without_a_whole_id_spoils_the_whole_listing(kind: Kind, bad: Any) -> None:
    with pytest.raises(ServiceError, match="does not have the documented shape"):
        run(complete_listing(kind, always(replaced(kind, id=bad))))


NO_NAMES: list[Any] = [..., None, 5, True, [], {}]
NAMELESS = [
    (kind, bad)
    for kind in all_kinds()
    for bad in NO_NAMES
    if not (kind.slots and bad in (..., None))  # a slot without a label is one that is not defined
]


@pytest.mark.parametrize(("kind", "bad"), NAMELESS, ids=[f"{kind.name}-{bad!r}" for kind, bad in NAMELESS])
def test_an_object_without_a_name_spoils_the_whole_listing(kind: Kind, bad: Any) -> None:
    changes = {"field": "COL2", "label": bad} if kind.slots else {"id": 2, "name": bad}
    with pytest.raises(ServiceError, match="does not have the documented shape"):
        run(complete_listing(kind, always(replaced(kind, **changes))))


@pytest.mark.parametrize("bad", [True, 1.5, "first", -1, [], {}], ids=repr)
def test_a_level_of_another_type_spoils_the_whole_listing(bad: Any) -> None:
    with pytest.raises(ServiceError, match="level should be a whole number"):
        run(complete_listing(TYPE, always(replaced(TYPE, id=2, level=bad))))


def test_ids_and_levels_written_as_text_are_numbers() -> None:
    (live,) = run(complete_listing(TYPE, always([{"id": "1500034846256", "name": "x", "Level": "6"}])))
    assert live == Live("account_type", 1500034846256, {"name": "x", "level": 6})


def test_keys_that_nobody_knows_are_ignored() -> None:
    (live,) = run(complete_listing(TYPE, always([{"id": 1, "name": "x", "colour": ["red"], "createdBy": 5}])))
    assert live.fields == {"name": "x"}


# Through a session


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([html(200)] * 4, ServiceError),
        ([reply(204)], ServiceError),
        ([reply(200, None)], ServiceError),
        (
            [HttpReply(200, {"content-type": "application/json"}, b'{"contactGroup":[{"id":1,')] * 4,
            ServiceError,
        ),
        ([reply(404)], ServiceError),
        ([reply(404, {"code": 203, "message": "No Record Found"})], ServiceError),
        ([reply(403)], AuthError),
        ([reply(500)] * 4, ServiceError),
        ([RESET] * 4, NetworkError),
        ([reply(302, None, {"location": "/"})], ServiceError),
    ],
    ids=["html", "204", "no body", "cut off", "404", "404/203", "403", "500", "reset", "302"],
)
def test_an_answer_that_is_no_listing_is_told_with_what_was_read(
    answers: list[Answer], kind: type[LvstateError]
) -> None:
    service = ScriptedService(*answers)
    with pytest.raises(kind) as error:
        service.time.run(Reader(Session(CREDENTIALS)).list(GROUP))
    assert "contact groups" in error.value.message
    assert service.unused == 0


def test_trouble_in_the_middle_of_a_listing_is_tried_again_and_nothing_is_lost() -> None:
    service = ScriptedService(
        reply(200, {"contactGroup": rows(1, 2), "next": "x"}),
        RESET,
        reply(401),
        reply(200, {"contactGroup": rows(2, 3)}),
    )
    found = service.time.run(Reader(Session(CREDENTIALS)).list(GROUP))
    assert [live.id for live in found] == [1, 2, 3]


def test_trouble_in_the_middle_of_a_listing_that_lasts_leaves_no_part() -> None:
    service = ScriptedService(reply(200, {"contactGroup": rows(1, 2), "next": "x"}), *[RESET] * 4)
    with pytest.raises(NetworkError):
        service.time.run(Reader(Session(CREDENTIALS)).list(GROUP))


def test_a_403_hints_at_the_role() -> None:
    with pytest.raises(AuthError) as error:
        ScriptedService(reply(403)).time.run(Reader(Session(CREDENTIALS)).list(GROUP))
    assert "role" in (error.value.hint or "")
