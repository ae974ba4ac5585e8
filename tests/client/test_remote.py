"""A tenant as the engine sees it: one object, the accounts that use it, and writes in three values."""

from __future__ import annotations

from typing import Any

import pytest

from lvstate.client.remote import Reader, Writer, attempt_of
from lvstate.client.session import Session, WritingSession
from lvstate.client.verdict import Certainty, Flavour, Verdict
from lvstate.effects import HttpReply
from lvstate.errors import AuthError, NetworkError, ServiceError
from lvstate.kinds import all_kinds, kind_named
from lvstate.kinds.kind import Kind
from lvstate.model.attempt import Attempt, Cause, Done, NotDone, Unknown
from lvstate.model.change import Usage
from lvstate.model.resource import Fields, Live
from tests.client.scripted_service import (
    CREDENTIALS,
    REFUSED,
    RESET,
    TIMEOUT,
    UNTRUSTED,
    ScriptedService,
    html,
    reply,
)
from tests.client.virtual_time import Answer

GROUP = kind_named("contact_group")
FIELD = kind_named("custom_field")
CLASS = kind_named("account_classification")
TYPE = kind_named("account_type")
GONE = reply(404, {"code": 203, "message": "No Record Found"})
USED = [pytest.param(CLASS, "classificationId", id="classification"), pytest.param(TYPE, "typeId", id="type")]


def reader() -> Reader:
    return Reader(Session(CREDENTIALS))


def writer() -> Writer:
    return Writer(WritingSession(CREDENTIALS))


# One object


def test_one_object_is_read() -> None:
    service = ScriptedService(reply(200, {"level": 1, "name": "Gold", "id": 171}))
    assert service.time.run(reader().read(CLASS, 171)) == Live(
        "account_classification", 171, {"name": "Gold", "level": 1}
    )
    assert service.lines == ["GET /account/classifications/171"]


def test_one_slot_is_read() -> None:
    document = {"listValues": ["a", "b"], "field": "COL30", "label": "Colour", "dataType": "LIST"}
    service = ScriptedService(reply(200, document))
    assert service.time.run(reader().read(FIELD, "COL30")) == Live(
        "custom_field", "COL30", {"label": "Colour", "data_type": "LIST", "list_values": ("a", "b")}
    )


@pytest.mark.parametrize("kind", [GROUP, FIELD, CLASS, TYPE], ids=lambda kind: kind.name)
def test_an_object_that_does_not_exist_is_none(kind: Kind) -> None:
    service = ScriptedService(GONE)
    assert service.time.run(reader().read(kind, "COL1" if kind.slots else 5)) is None


@pytest.mark.parametrize("kind", [GROUP, FIELD, CLASS, TYPE], ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    "answer",
    [reply(404), html(404), reply(404, {"code": 1, "message": "?"})],
    ids=["no body", "html", "code 1"],
)
def test_a_404_without_the_services_own_words_is_no_proof_that_an_object_is_gone(
    kind: Kind, answer: HttpReply
) -> None:
    service = ScriptedService(answer, answer)
    with pytest.raises(ServiceError, match="404"):
        service.time.run(reader().read(kind, "COL1" if kind.slots else 5))


def test_a_login_that_is_not_served_is_no_object_that_does_not_exist() -> None:
    service = ScriptedService(reply(401), logins=[reply(200, {"sessionId": "first"}), reply(404)])
    with pytest.raises(ServiceError, match="there is no login"):
        service.time.run(reader().read(GROUP, 5))


def test_an_object_is_never_another_one_than_the_one_asked_for() -> None:
    with pytest.raises(ServiceError, match="reading contact group 5: asked for id 5, got id 6"):
        ScriptedService(reply(200, {"id": 6, "name": "x"})).time.run(reader().read(GROUP, 5))


def test_a_slot_is_never_another_one_than_the_one_asked_for() -> None:
    document = {"field": "COL30", "label": "Colour", "dataType": "STRING"}
    with pytest.raises(ServiceError, match="asked for COL7, got COL30"):
        ScriptedService(reply(200, document)).time.run(reader().read(FIELD, "COL7"))


@pytest.mark.parametrize("kind", [GROUP, FIELD, TYPE], ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    "document", [None, [], {}, "x", {"id": 5}, {"label": None}, [{"id": 5, "name": "x"}]], ids=repr
)
def test_an_answer_of_another_shape_is_neither_an_object_nor_none(kind: Kind, document: Any) -> None:
    with pytest.raises(ServiceError, match=f"reading {kind.noun}"):
        ScriptedService(reply(200, document)).time.run(reader().read(kind, "COL1" if kind.slots else 5))


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([reply(403)], AuthError),
        ([RESET] * 4, NetworkError),
        ([reply(500)] * 4, ServiceError),
        ([html(200)] * 4, ServiceError),
    ],
    ids=["403", "reset", "500", "html"],
)
def test_a_read_that_failed_is_no_object_that_does_not_exist(
    answers: list[Answer], kind: type[Exception]
) -> None:
    with pytest.raises(kind, match="reading account type 5: "):
        ScriptedService(*answers).time.run(reader().read(TYPE, 5))


def test_an_id_is_percent_encoded_into_the_path() -> None:
    service = ScriptedService(GONE)
    service.time.run(reader().read(GROUP, "../../session?x=#%"))
    assert service.lines == ["GET /contact/contactGroups/..%2F..%2Fsession%3Fx%3D%23%25"]


# Usage


def accounts(key: str, *values: Any) -> list[dict[str, Any]]:
    return [{"id": n, "name": f"account {n}", key: value} for n, value in enumerate(values)]


def usage(kind: Kind, live_id: int, document: Any) -> Usage:
    return ScriptedService(reply(200, document)).time.run(reader().usage(kind, live_id))


@pytest.mark.parametrize(("kind", "key"), USED)
def test_the_accounts_are_searched_by_the_documented_key(kind: Kind, key: str) -> None:
    service = ScriptedService(reply(200, {"listAccount": []}))
    assert service.time.run(reader().usage(kind, 171)) == Usage(0)
    (call,) = service.calls
    assert call.line == "POST /account/accounts/search?count=1000&offset=0"
    assert call.body == {"search": {key: 171}}


@pytest.mark.parametrize(("kind", "key"), USED)
@pytest.mark.parametrize("wrapper", ["listAccount", "listAccounts", "findMatchingAccounts", "LISTACCOUNT"])
@pytest.mark.parametrize("count", [0, 1, 7, 999])
def test_accounts_are_counted_under_every_spelling_of_the_wrapper(
    kind: Kind, key: str, wrapper: str, count: int
) -> None:
    assert usage(kind, 171, {wrapper: accounts(key, *[171] * count)}) == Usage(count)


@pytest.mark.parametrize(
    ("count", "following"), [(1000, None), (1001, None), (1000, "x"), (5, "account/accounts/search?offset=5")]
)
def test_a_page_that_is_full_or_has_a_next_counts_as_that_many_or_more(
    count: int, following: str | None
) -> None:
    document = {"listAccount": accounts("typeId", *[192] * count), "next": following}
    assert usage(TYPE, 192, document) == Usage(count, more=True)


@pytest.mark.parametrize("following", [None, ""])
def test_a_blank_next_is_no_more(following: str | None) -> None:
    assert usage(TYPE, 192, {"listAccount": accounts("typeId", 192), "next": following}) == Usage(1)


def test_an_id_written_as_text_is_the_same_id() -> None:
    assert usage(TYPE, 192, {"listAccount": accounts("typeId", "192", 192)}) == Usage(2)


@pytest.mark.parametrize(
    "document",
    [
        {"listAccount": accounts("typeId", 192, 193)},
        {"listAccount": accounts("typeId", 193)},
        {"listAccount": [{"id": 1, "name": "x"}]},
        {"listAccount": accounts("typeId", None)},
        {"listAccount": accounts("typeId", 0)},
        {"listAccount": accounts("classificationId", 192)},
        {"listAccount": [None]},
        {"listAccount": [{"typeId": 192, "TypeId": 192}]},
        {"listAccount": None},
        {"listAccount": {}},
        {"listAccount": [], "listAccounts": []},
        {},
        [],
        None,
        {"successCount": 0},
    ],
    ids=repr,
)
def test_a_count_that_cannot_be_trusted_is_an_error_and_never_zero(document: Any) -> None:
    with pytest.raises(ServiceError, match="counting the accounts that use account type 192"):
        usage(TYPE, 192, document)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([reply(403)], AuthError),
        ([reply(404)], ServiceError),
        ([GONE], ServiceError),
        ([RESET] * 4, NetworkError),
    ],
    ids=["403", "404", "203", "reset"],
)
def test_a_count_that_could_not_be_taken_is_an_error_and_never_zero(
    answers: list[Answer], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        ScriptedService(*answers).time.run(reader().usage(TYPE, 192))


@pytest.mark.parametrize("kind", [GROUP, FIELD], ids=lambda kind: kind.name)
def test_kinds_that_nothing_uses_are_not_counted(kind: Kind) -> None:
    with pytest.raises(TypeError, match="nothing is known to use"):
        ScriptedService().time.run(reader().usage(kind, 1))


# Writes


def create(*answers: Answer) -> Attempt:
    return ScriptedService(*answers).time.run(writer().create(GROUP, {"name": "x"}))


@pytest.mark.parametrize(
    ("document", "live_id"), [({"id": 2200}, 2200), ({"id": "3456782"}, 3456782), ({"ID": 1}, 1)]
)
def test_a_create_with_an_id_is_done(document: Any, live_id: int) -> None:
    assert create(reply(201, document)) == Done(live_id)


@pytest.mark.parametrize(
    "answer",
    [
        reply(201),
        reply(204),
        reply(200, {}),
        reply(201, []),
        reply(201, {"id": None}),
        reply(201, {"id": True}),
        reply(201, {"id": -1}),
        reply(201, {"id": 1.5}),
        reply(201, {"id": ""}),
        reply(201, {"id": 1, "Id": 2}),
        reply(201, {"code": 201}),
        HttpReply(201, {"content-type": "application/json"}, b'{"id": 22'),
        html(201),
        reply(202, {"id": 5}),
        reply(207, {"id": 5}),
        RESET,
        TIMEOUT,
        reply(302),
        reply(408),
        reply(500),
        reply(502),
        reply(503),
        reply(504),
    ],
    ids=lambda answer: f"{getattr(answer, 'status', answer)} {getattr(answer, 'body', b'')!r}",
)
def test_a_create_without_a_clean_success_and_an_id_is_unknown(answer: Answer) -> None:
    assert isinstance(create(answer), Unknown)


CAUSES: dict[str, tuple[tuple[Answer, ...], Cause]] = {
    "400": ((reply(400),), Cause.REFUSED),
    "409": ((reply(409),), Cause.REFUSED),
    "405": ((reply(405),), Cause.REFUSED),
    "422": ((reply(422),), Cause.REFUSED),
    "403": ((reply(403),), Cause.FORBIDDEN),
    "404": ((GONE,), Cause.GONE),
    "401": ((reply(401), reply(401)), Cause.UNAUTHENTICATED),
    "refused": ((REFUSED,) * 4, Cause.UNREACHABLE),
    "tls": ((UNTRUSTED,), Cause.UNREACHABLE),
    "407": ((reply(407),), Cause.UNREACHABLE),
    "429": ((reply(429, None, {"retry-after": "601"}),), Cause.UNREACHABLE),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_write_that_was_not_carried_out_says_why(name: str) -> None:
    answers, cause = CAUSES[name]
    for attempt in (
        create(*answers),
        ScriptedService(*answers).time.run(writer().update(GROUP, [(5, {"name": "x"})])),
    ):
        assert isinstance(attempt, NotDone)
        assert attempt.cause is cause
        assert attempt.reason


def test_a_refused_login_is_not_done_rather_than_raised() -> None:
    service = ScriptedService(logins=[reply(401)])
    attempt = service.time.run(writer().create(GROUP, {"name": "x"}))
    assert isinstance(attempt, NotDone)
    assert attempt.cause is Cause.UNAUTHENTICATED


@pytest.mark.parametrize(
    "answers", [[RESET] * 4, [reply(404)], [reply(200, {})]], ids=["reset", "404", "shape"]
)
def test_a_login_that_failed_otherwise_is_not_done_and_not_gone(answers: list[Answer]) -> None:
    service = ScriptedService(logins=answers)
    attempt = service.time.run(writer().update(GROUP, [(5, {"name": "x"})]))
    assert isinstance(attempt, NotDone)
    assert attempt.cause is Cause.UNREACHABLE


@pytest.mark.parametrize(
    "answer", [reply(204), reply(200, {}), HttpReply(200, {"content-type": "application/json"}, b"{")]
)
def test_an_update_or_delete_is_done_at_a_success_of_the_api(answer: Answer) -> None:
    service = ScriptedService(answer, answer)
    assert service.time.run(writer().update(TYPE, [(192, {"level": 6})])) == Done()
    assert service.time.run(writer().delete(TYPE, 192)) == Done()
    assert service.lines == ["PUT /account/type/192", "DELETE /account/type/192"]
    assert service.calls[0].body == {"level": 6}


@pytest.mark.parametrize(
    "answer", [html(200), RESET, reply(500), reply(202)], ids=["html", "reset", "500", "202"]
)
def test_an_update_or_delete_is_unknown_otherwise(answer: Answer) -> None:
    service = ScriptedService(answer, answer)
    assert isinstance(service.time.run(writer().update(TYPE, [(192, {"level": 6})])), Unknown)
    assert isinstance(service.time.run(writer().delete(TYPE, 192)), Unknown)


def test_slots_travel_together() -> None:
    service = ScriptedService(reply(204))
    changes: list[tuple[str, Fields]] = [
        ("COL1", {"label": "a"}),
        ("COL2", {"label": "b", "data_type": "LIST", "list_values": ("x",)}),
    ]
    assert service.time.run(writer().update(FIELD, changes)) == Done()
    (call,) = service.calls
    assert call.line == "PUT /contact/contacts/customFields"
    assert call.body == {
        "customFields": [
            {"field": "COL1", "label": "a"},
            {"field": "COL2", "label": "b", "dataType": "LIST", "listValues": ["x"]},
        ]
    }


@pytest.mark.parametrize("kind", [k for k in all_kinds() if k.shape.can_create], ids=lambda kind: kind.name)
def test_only_what_is_ours_is_sent(kind: Kind) -> None:
    service = ScriptedService(reply(201, {"id": 1}))
    service.time.run(writer().create(kind, {"name": "Größe"}))
    assert service.calls[0].body == {"name": "Größe"}


@pytest.mark.parametrize("flavour", Flavour)
def test_no_flavour_makes_an_unknown_write_anything_but_unknown(flavour: Flavour) -> None:
    assert attempt_of(Verdict(Certainty.UNKNOWN, flavour, "why")) == Unknown("why")
    assert attempt_of(Verdict(Certainty.DONE, flavour)) == Done()
    assert isinstance(attempt_of(Verdict(Certainty.NOT_DONE, flavour, "why")), NotDone)


def test_a_reader_has_no_way_to_write() -> None:
    assert not any(hasattr(reader(), name) for name in ("create", "update", "delete"))


def test_a_slot_without_a_label_reads_as_one_that_is_not_defined() -> None:
    service = ScriptedService(reply(200, {"field": "COL1", "label": None, "dataType": "STRING"}))
    assert service.time.run(reader().read(FIELD, "COL1")) is None


def test_a_count_goes_on_whatever_the_case_of_the_word_that_says_so() -> None:
    row = {"id": "k", "typeId": 5}
    service = ScriptedService(reply(200, {"listAccount": [row], "Next": "?offset=1"}))
    assert service.time.run(reader().usage(TYPE, 5)) == Usage(1, more=True)
