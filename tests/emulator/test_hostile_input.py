"""Whatever is sent, the answer is a 4xx in JSON and the tenant stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from lvstate.emulator import create_app
from lvstate.emulator.http.requests import MAX_BODY
from tests.emulator.caller import Answer, Caller

WRITES = [
    ("POST", "/contact/contactGroups"),
    ("PUT", "/contact/contactGroups/2200"),
    ("PUT", "/contact/contacts/customFields"),
    ("POST", "/account/classifications"),
    ("PUT", "/account/type/48"),
    ("POST", "/account/accounts"),
    ("PUT", "/account/accounts/604423"),
    ("POST", "/account/accounts/604423/notes"),
    ("POST", "/account/accounts/604423/contacts"),
    ("POST", "/account/accounts/search?count=1&offset=0"),
    ("POST", "/contact/contacts"),
    ("POST", "/contact/contacts/bulk"),
    ("PUT", "/contact/contacts/bulk"),
    ("PUT", "/contact/contacts/1234567"),
    ("PUT", "/contact/contacts/1234567/dnd"),
    ("POST", "/contact/contacts/dnd"),
    ("POST", "/contact/contacts/search?count=1&offset=0"),
]

ARRAY_WRITES = ["/account/accounts", "/account/accounts/bulk", "/account/accounts/604423/contacts/bulk"]

BODIES = {
    "cut off": b'{"name":"x"',
    "two values": b'{"name":"x"}{}',
    "trailing comma": b'{"name":"x",}',
    "single quotes": b"{'name':'x'}",
    "a comment": b'{"name":"x"}//',
    "a duplicate key": b'{"name":"x","name":"y"}',
    "a duplicate key below": b'{"name":"x","z":[{"a":1,"a":2}]}',
    "NaN": b'{"name":"x","level":NaN}',
    "Infinity": b'{"name":"x","level":-Infinity}',
    "a float too large": b'{"name":"x","level":1e999}',
    "an integer of 65 bits": b'{"name":"x","z":9223372036854775808}',
    "an integer of 5000 digits": b'{"name":"x","z":' + b"9" * 5000 + b"}",
    "invalid UTF-8": b'{"name":"\xff\xfe"}',
    "UTF-16": '{"name":"x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name":"x"}',
    "a raw control character": b'{"name":"a\x00b"}',
    "half a surrogate pair": b'{"name":"\\ud800"}',
    "half a surrogate pair in a key": b'{"name":"x","\\udc00":1}',
    "an encoded surrogate": b'{"name":"\xed\xa0\x80"}',
    "deep arrays": b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "an array": b"[]",
    "a string": b'"name"',
    "null": b"null",
    "a form": b"name=x",
}


NO_JSON = {key: body for key, body in BODIES.items() if key not in ("an array", "a string", "null")}


def is_refusal(answer: Answer) -> bool:
    return 400 <= answer.status < 500 and list(answer.body) == ["code", "message"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize(("method", "path"), WRITES, ids=lambda value: value)
def test_a_body_that_is_not_strict_json_is_400(admin: Caller, method: str, path: str, body: bytes) -> None:
    if (path, body) == ("/account/accounts", b"[]"):
        body = b'""'  # an array is the bulk method at this path
    answer = admin.send(method, path, raw=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert is_refusal(answer)
    assert len(answer.raw) < 2000


@pytest.mark.parametrize("path", ARRAY_WRITES)
@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON.keys())
def test_an_array_with_something_that_is_not_strict_json_is_400(
    admin: Caller, path: str, body: bytes
) -> None:
    for raw in (body, b'[{"name":"y","contactId":"y"},' + body + b"]"):
        assert is_refusal(answer := admin.send("POST", path, raw=raw))
        assert answer.status == 400


@pytest.mark.parametrize("path", ARRAY_WRITES)
@pytest.mark.parametrize("body", [b"null", b'"x"', b"1", b"{}", b'{"items":[]}'])
def test_what_must_be_an_array_is_400_where_it_is_none(admin: Caller, path: str, body: bytes) -> None:
    assert admin.send("POST", path, raw=body).status == 400


def test_a_body_above_32_mib_is_413(admin: Caller) -> None:
    largest = b'{"name":"' + b"x" * (MAX_BODY - 11) + b'"}'
    assert len(largest) == MAX_BODY
    assert admin.send("POST", "/contact/contactGroups", raw=largest).status == 201
    answer = admin.send("POST", "/contact/contactGroups", raw=largest + b" ")
    assert (answer.status, answer.body["code"]) == (413, 413)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//",
        "//contact/contactGroups/2200",
        "/contact//contactGroups/2200",
        "/contact/contactGroups/2200//",
        "/contact/./contactGroups/2200",
        "/contact/../contact/contactGroups/2200",
        "/contact/contactGroups/2200/..",
        "/contact/contactGroups%2F2200",
        "/contact/contactGroups/%2200",
        "/contact/contactGroups/%FF",
        "/contact/contactGroups/%ED%A0%80",
        "/contact/contactGroups/%00",
        "/contact/contactGroups/2200%0A",
        "/contact/contactgroups/2200",
        "/Contact/contactGroups/2200",
        "/contact/v6.0/contactGroups/2200",
        "/contact/contactGroups/2200;x=1",
        "/contact/contactGroups/" + "9" * 60_000,
        "/" + "a/" * 5_000,
        "/<id>",
        "/contact/contactGroups/<id>",
        "/http://host/contact/contactGroups/2200",
    ],
)
def test_an_odd_path_is_404(admin: Caller, path: str) -> None:
    answer = admin.get(path)
    assert answer.status == 404
    assert is_refusal(answer)


def test_an_encoded_letter_names_the_same_path(admin: Caller) -> None:
    assert admin.get("/contact/%63ontactGroups/22%30%30").status == 200


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "FOO"])
def test_a_verb_that_no_method_has_is_405(admin: Caller, method: str) -> None:
    answer = admin.send(method, "/contact/contactGroups/2200")
    assert answer.status == 405
    assert is_refusal(answer)


def test_a_head_request_is_405_without_a_body(admin: Caller) -> None:
    answer = admin.send("HEAD", "/contact/contactGroups/2200")
    assert (answer.status, answer.raw) == (405, b"")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "name",
        "level",
        "customFields",
        "field",
        "label",
        "dataType",
        "listValues",
        "search",
        "sort",
        "property",
        "agentId",
        "billingAddress",
        "classificationId",
        "accountNumber",
        "secureFields",
        "value",
        "createdDateStart",
        "contactId",
        "contacts",
        "contact",
        "notes",
        "description",
        "createContactDetails",
        "updateContactDetails",
        "updateContactDND",
        "contactDnd",
        "exportableFields",
        "startDate",
        "account",
        "accountBlock",
        "phone",
        "ordinal",
        "phoneBlock",
        "person",
        "dateOfBirth",
        "balance",
        "dueDate",
        "rule",
        "left",
        "right",
        "criteria",
        "condition",
    ]
)
OBJECTS = st.dictionaries(
    KEYS,
    JSON | st.dictionaries(KEYS, JSON | st.lists(st.dictionaries(KEYS, JSON, max_size=2)), max_size=3),
    max_size=5,
)
DOCUMENTS = OBJECTS | st.lists(OBJECTS, max_size=3) | JSON


@settings(max_examples=150)
@given(body=DOCUMENTS, where=st.sampled_from([*WRITES, *(("POST", path) for path in ARRAY_WRITES)]))
def test_any_json_is_done_or_refused_but_never_breaks_the_emulator(
    body: object, where: tuple[str, str]
) -> None:
    with create_app(seed="vendor-examples") as app:
        answer = Caller(app).send(where[0], where[1], body)
    assert answer.status in (200, 201, 204) or is_refusal(answer)


@settings(max_examples=150)
@example(raw=b"", query=b"", where=("PUT", "/contact/contacts/1234567"))
@given(raw=st.binary(max_size=60), query=st.binary(max_size=30), where=st.sampled_from(WRITES))
def test_any_bytes_are_done_or_refused(raw: bytes, query: bytes, where: tuple[str, str]) -> None:
    # The contacts of WRITES must exist: the vendor refuses to update a missing one without a body.
    with create_app(seed="vendor-examples") as app:
        path = where[0], where[1].partition("?")[0]
        answer = Caller(app).send(*path, raw=raw, query=query.decode("latin-1"))
    assert answer.status in (200, 201, 204) or is_refusal(answer)


@pytest.mark.parametrize("mount", ["", "/mounted"])
def test_a_server_that_gives_no_raw_target_is_understood_too(admin: Caller, mount: str) -> None:
    """WSGI demands only the decoded path; `SCRIPT_NAME` says where the application is mounted."""
    environ = create_environ("/contact/contactGroups/2200", headers={"LV-Session": str(admin.session)})
    environ |= {"SCRIPT_NAME": mount, "REQUEST_URI": f"{mount}/contact/contactGroups/2200" if mount else ""}
    chunks, status, _ = run_wsgi_app(admin.app, environ, buffered=True)
    assert status == "200 OK"
    assert b'"id":2200' in b"".join(chunks)
    environ["PATH_INFO"] = "/contact/\xff"
    assert run_wsgi_app(admin.app, environ)[1] == "404 NOT FOUND"
