"""Contact notes: listed, read, never made."""

from __future__ import annotations

import pytest

from tests.emulator.caller import Caller
from tests.emulator.contact_calls import CONTACTS

NOTES = f"{CONTACTS}/123456/notes"


def note(note_id: int, account: str, created: int) -> dict[str, object]:
    call = {"transactionId": 2**62, "sessionId": "U1@10.0.0.1"}
    dates = {"createDate": created, "modifiedDate": created}
    return {"id": note_id, "account": account, "note": f"note {note_id}", **call, **dates}


def test_the_newest_note_comes_first(admin: Caller) -> None:
    admin.app.plant({"contact_notes": [note(1, "qa123", 5), note(2, "qa123", 9), note(3, "qa123", 9)]})
    listed = admin.get(f"{CONTACTS}/qa123/notes").body["listContactNotes"]
    assert listed == [{"id": n, "note": f"note {n}"} for n in (3, 2, 1)]


def test_a_note_is_read_under_its_own_contact_only(admin: Caller) -> None:
    assert admin.get(f"{NOTES}/1489384").status == 200
    assert admin.get(f"{CONTACTS}/qa123/notes/1489384").body["code"] == 203


def test_a_transaction_may_have_64_bits(admin: Caller) -> None:
    admin.app.plant({"contact_notes": [note(7, "qa123", 5)]})
    assert admin.get(f"{CONTACTS}/qa123/notes/7").body["transactionId"] == 2**62


@pytest.mark.parametrize("note_id", ["1", "x", "-1", "1489384x", "9" * 30])
def test_a_note_that_is_none_is_404_203(admin: Caller, note_id: str) -> None:
    answer = admin.get(f"{NOTES}/{note_id}")
    assert (answer.status, answer.body["code"]) == (404, 203)


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE"])
def test_no_method_makes_changes_or_ends_a_note(admin: Caller, verb: str) -> None:
    assert admin.send(verb, NOTES, {"note": "x"}).status == 405
    assert admin.send(verb, f"{NOTES}/1489384", {"note": "x"}).status == 405
    assert len(admin.get(NOTES).body["listContactNotes"]) == 2
