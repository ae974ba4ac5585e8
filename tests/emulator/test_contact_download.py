"""Bulk Contact Download: columns, labels, dates, ranges, quoting, compression, and a stream in little memory."""

from __future__ import annotations

import csv
import gzip
import io
import threading
import tracemalloc
from pathlib import Path

import pytest
import requests
from werkzeug.test import create_environ

from lvstate.emulator import create_app, serve
from lvstate.emulator.backend.contact_export import COLUMNS, CONTACTS_AT_ONCE, Export
from lvstate.emulator.http.requests import EmulatorRequest
from tests.emulator.caller import Answer, Caller
from tests.emulator.conftest import HandClock
from tests.emulator.contact_calls import CONTACTS, change, make

BULK = f"{CONTACTS}/bulk"
DAY = 24 * 60 * 60 * 1000


def download(caller: Caller, *names: str, **body: object) -> list[list[str]]:
    answer = caller.post(BULK, {"exportableFields": list(names), **body})
    assert answer.status == 200, answer.raw
    return rows(answer)


def rows(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.raw.decode(), newline="")))


def many(count: int) -> list[dict[str, object]]:
    audit = {"createdDate": 0, "createdBy": "a", "modifiedDate": 0, "modifiedBy": "a"}
    return [{"id": n, "account": f"account {n}", **audit} for n in range(1, count + 1)]


def test_columns_come_in_the_order_of_the_request_and_may_repeat(empty: Caller) -> None:
    make(empty, "A1", city="Rome", state="CA")
    table = download(empty, "state", "account", "city", "account")
    assert table == [["State", "Account", "City", "Account"], ["CA", "A1", "Rome", "A1"]]


def test_every_column_has_its_value_and_its_label(empty: Caller, clock: HandClock) -> None:
    field = {"field": "COL7", "label": "Colour"}
    assert empty.put(f"{CONTACTS}/customFields", {"customFields": [field]}).status == 204
    details = {
        "account": "A1",
        "person": {
            "firstName": "F",
            "lastName": "L",
            "email": "E",
            "ssn": "S",
            "zipCode": "Z",
            "dateOfBirth": DAY,
        },
        "guarantor": {"firstName": "GF", "lastName": "GL"},
        "phone": [{"phone": "650", "ordinal": 10, "phoneBlock": "DAILY", "smsConsent": True}],
        "customFields": [{"field": "COL7", "value": "blue"}, {"field": "COL8", "value": "x"}],
        "active": True,
        "balance": 100.5,
        "amountToSpeak": 100,
        "accountBlock": "PERMANENT",
        "accountToSpeak": "ATS",
        "originalAccountNumber": "OAN",
        "address1": "A1",
        "address2": "A2",
        "city": "C",
        "state": "ST",
        "country": "CO",
        "dueDate": 2 * DAY,
        "groupId": 3,
        "primaryEmailConsent": True,
        "agentId": 4,
        "department": "DEP",
        "salutation": "SAL",
        "title": "T",
    }
    assert empty.post(BULK, {"createContactDetails": [details]}).status == 200
    labels, values = download(empty, "allFields")
    assert len(labels) == 44 + 10 * 7 + 100
    shown = {
        label: value for label, value in zip(labels, values, strict=True) if value not in ("", "0", "false")
    }
    today = "11/14/2023"
    assert shown == {
        "Account": "A1",
        "Account Due Date": "01/03/1970",
        "Account To Speak": "ATS",
        "Address 1": "A1",
        "Address 2": "A2",
        "Agent Id": "4",
        "Amount To Speak": "100",
        "B Active": "true",
        "City": "C",
        "Client Id": "94572",
        "Country": "CO",
        "Create Date": today,
        "Create User": "sysadmin",
        "Department": "DEP",
        "DOB": "01/02/1970",
        "Account Block": "true",
        "Email": "E",
        "First Name": "F",
        "Group Id": "3",
        "Guarantor First Name": "GF",
        "Guarantor Last Name": "GL",
        "Last Name": "L",
        "LV Account Id": "1",
        "Modify Date": today,
        "Modify User": "sysadmin",
        "Original Account Number": "OAN",
        "Payment Balance": "100.5",
        "Zip/Postal Code": "Z",
        "Primary Email Consent": "true",
        "Salutation": "SAL",
        "SSN": "S",
        "State": "ST",
        "Title": "T",
        "Phone 10": "650",
        "Phone 10 Block Daily": "true",
        "Phone 10 SMS Consent": "true",
        "Colour": "blue",
        "COL8": "x",
    }


@pytest.mark.parametrize(
    "odd", ["a,b", 'a"b', '"', "a\nb", "a\r\nb", "a\rb", " a ", "=1+1", "é\U0001f600", "a\x00b", "'", "\t"]
)
def test_any_value_survives_the_quoting(empty: Caller, odd: str) -> None:
    make(empty, "A1", city=odd)
    assert download(empty, "city", "account") == [["City", "Account"], [odd, "A1"]]


def test_lines_end_with_cr_and_lf_and_only_what_must_be_is_quoted(empty: Caller) -> None:
    make(empty, "A1", city='say "hi", all')
    answer = empty.post(BULK, {"exportableFields": ["account", "city"]})
    assert answer.raw == b'Account,City\r\nA1,"say ""hi"", all"\r\n'
    assert answer.headers["Content-Type"] == "text/csv"


@pytest.mark.parametrize(
    ("since", "until", "accounts"),
    [
        (None, None, "before first last after"),
        ("2020-01-01", "2020-01-31", "first last"),
        ("01/01/2020", None, "first last after"),
        (None, "2020-01-31", "before first last"),
        (1577836800000, 1580515199000, "first last"),
        ("1577836800000", "1580515199000", "first last"),
        (1577836800001, 1580515198999, ""),
        ("2020-02-01", "2020-01-01", ""),
        (0, None, "before first last after"),
    ],
    ids=repr,
)
def test_a_range_holds_its_first_and_last_moment(
    empty: Caller, since: object, until: object, accounts: str
) -> None:
    stamps = {"before": 1577836799000, "first": 1577836800000, "last": 1580515199000, "after": 1580515200000}
    planted = [
        {"id": n, "account": name, "createdDate": 0, "createdBy": "a", "modifiedDate": at, "modifiedBy": "a"}
        for n, (name, at) in enumerate(stamps.items(), 1)
    ]
    empty.app.plant({"contacts": planted})
    (_, *lines) = download(empty, "account", startDate=since, endDate=until)
    assert [line[0] for line in lines] == accounts.split()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"exportableFields": None},
        {"exportableFields": []},
        {"exportableFields": {}},
        {"exportableFields": "account"},
        {"exportableFields": ["account", 5]},
        {"exportableFields": ["Account"]},
        {"exportableFields": ["COL101"]},
        {"exportableFields": ["account; DROP TABLE contact"]},
        {"exportableFields": ["account"], "startDate": "yesterday"},
        {"exportableFields": ["account"], "startDate": "2020-13-01"},
        {"exportableFields": ["account"], "endDate": True},
        {"exportableFields": ["account"], "endDate": 1.5},
        {"exportableFields": ["account"], "endDate": 10**17},
        {"exportableFields": ["account"], "endDate": ""},
    ],
)
def test_a_bad_download_is_400_before_a_first_line(admin: Caller, body: object) -> None:
    answer = admin.post(BULK, body)
    assert (answer.status, answer.body["code"]) == (400, 400)


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("application/json", False),
        ("identity", False),
        ("*", False),
        ("", False),
    ],
)
def test_a_download_is_packed_where_gzip_is_named(admin: Caller, accepted: str, packed: bool) -> None:
    body = {"exportableFields": ["account", "city"]}
    plain = admin.post(BULK, body).raw
    answer = admin.post(BULK, body, headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert answer.headers["Content-Type"] == "text/csv"
    assert (gzip.decompress(answer.raw) if packed else answer.raw) == plain


def test_json_is_never_packed(admin: Caller) -> None:
    answer = admin.get(f"{CONTACTS}/100", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert answer.body


@pytest.mark.parametrize("count", [0, 1, CONTACTS_AT_ONCE, CONTACTS_AT_ONCE + 1])
def test_all_contacts_come_once_in_id_order(empty: Caller, count: int) -> None:
    empty.app.plant({"contacts": many(count)})
    (_, *lines) = download(empty, "lvAccountId")
    assert lines == [[str(n)] for n in range(1, count + 1)]


@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
def test_a_download_shows_one_moment_and_holds_no_writer_up(tmp_path: Path, in_file: bool) -> None:
    with create_app(data=tmp_path / "tenant.db" if in_file else None) as app:
        app.plant({"contacts": many(3 * CONTACTS_AT_ONCE)})
        caller = Caller(app)
        pieces = app._injector.dispatcher._backend.contacts.export(Export(["account", "city"])).pieces()
        received = next(pieces) + next(pieces)
        written = threading.Thread(
            target=lambda: change(caller, f"account%20{3 * CONTACTS_AT_ONCE}", city="x")
        )
        make(caller, "new")
        assert caller.delete(f"{CONTACTS}/account%20{2 * CONTACTS_AT_ONCE}").status == 204
        written.start()
        written.join(10)
        assert not written.is_alive()
        received += "".join(pieces)
        assert received.count("\r\n") == 1 + 3 * CONTACTS_AT_ONCE
        assert f"account {2 * CONTACTS_AT_ONCE},\r\n" in received
        assert "x\r\n" not in received
        assert "new" not in received
        (_, *lines) = download(caller, "account")
        assert len(lines) == 3 * CONTACTS_AT_ONCE


@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
def test_a_client_that_leaves_gives_the_snapshot_back(tmp_path: Path, in_file: bool) -> None:
    with create_app(data=tmp_path / "tenant.db" if in_file else None) as app:
        app.plant({"contacts": many(3 * CONTACTS_AT_ONCE)})
        session = str(Caller(app).session)
        environ = create_environ(
            BULK, method="POST", json={"exportableFields": ["account"]}, headers={"LV-Session": session}
        )
        before = len(app._storage._idle)
        response = app._injector.dispatcher.answer(EmulatorRequest(environ)).response
        body = iter(response.response)
        next(body)
        next(body)
        response.close()
        assert len(app._storage._idle) == before


def test_a_download_needs_little_memory(tmp_path: Path) -> None:
    """Pieces are made as they are asked for: ten times the contacts need no more memory."""

    def peak(count: int) -> int:
        with create_app(data=tmp_path / f"{count}.db") as app:
            app.plant({"contacts": many(count)})
            pieces = app._injector.dispatcher._backend.contacts.export(Export(list(COLUMNS))).pieces()
            tracemalloc.start()
            try:
                for _ in pieces:
                    pass
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    assert peak(10 * CONTACTS_AT_ONCE) < 1.5 * peak(CONTACTS_AT_ONCE)


def test_a_download_is_streamed_over_a_socket_and_keeps_the_connection() -> None:
    with create_app() as app, serve(app, port=0) as server, requests.Session() as session:
        app.plant({"contacts": many(2000)})
        session.trust_env = False
        session.headers["LV-Session"] = str(Caller(app).session)
        for encoding in ("identity", "gzip"):
            answer = session.post(
                server.url + BULK,
                json={"exportableFields": ["account"]},
                headers={"Accept-Encoding": encoding, "Accept": "text/csv"},
                timeout=10,
            )
            assert answer.headers["Transfer-Encoding"] == "chunked"
            assert len(answer.text.splitlines()) == 2001
            assert answer.headers.get("Connection") != "close"
