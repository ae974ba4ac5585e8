"""One answer, one judgement: was the request carried out, surely not, or is that unknown?

The rows are those of the fault table in user contract, section 9 (Apply).
"""

from __future__ import annotations

import json

import pytest

from lvstate.client.verdict import ABSENT, Certainty, Flavour, Verdict, judge
from lvstate.effects import HttpFault, HttpReply, Stage

DONE, NOT, UNKNOWN = Certainty.DONE, Certainty.NOT_DONE, Certainty.UNKNOWN

JSON = "application/json"
ERROR_BODY = b'{"code":203,"message":"No Record Found"}'
HTML_BODY = b"<html><h1>It works!</h1></html>"


def verdict_on(status: int, body: bytes, content_type: str | None = JSON, **headers: str) -> Verdict:
    types = {} if content_type is None else {"content-type": content_type}
    return judge(HttpReply(status, types | {k.replace("_", "-"): v for k, v in headers.items()}, body))


STATUSES = {
    # informal, and successes that promise less than "done"
    100: (UNKNOWN, Flavour.BROKEN),
    199: (UNKNOWN, Flavour.BROKEN),
    202: (UNKNOWN, Flavour.BROKEN),
    203: (UNKNOWN, Flavour.BROKEN),
    205: (UNKNOWN, Flavour.BROKEN),
    206: (UNKNOWN, Flavour.BROKEN),
    207: (UNKNOWN, Flavour.BROKEN),
    299: (UNKNOWN, Flavour.BROKEN),
    # elsewhere
    300: (UNKNOWN, Flavour.MISCONFIGURED),
    301: (UNKNOWN, Flavour.MISCONFIGURED),
    302: (UNKNOWN, Flavour.MISCONFIGURED),
    303: (UNKNOWN, Flavour.MISCONFIGURED),
    304: (UNKNOWN, Flavour.MISCONFIGURED),
    307: (UNKNOWN, Flavour.MISCONFIGURED),
    308: (UNKNOWN, Flavour.MISCONFIGURED),
    # refusals
    400: (NOT, Flavour.REFUSED),
    401: (NOT, Flavour.UNAUTHENTICATED),
    402: (NOT, Flavour.REFUSED),
    403: (NOT, Flavour.FORBIDDEN),
    404: (NOT, Flavour.MISSING),
    405: (NOT, Flavour.NO_METHOD),
    406: (NOT, Flavour.REFUSED),
    407: (NOT, Flavour.MISCONFIGURED),
    408: (UNKNOWN, Flavour.BROKEN),
    409: (NOT, Flavour.REFUSED),
    410: (NOT, Flavour.REFUSED),
    413: (NOT, Flavour.REFUSED),
    414: (NOT, Flavour.REFUSED),
    415: (NOT, Flavour.REFUSED),
    422: (NOT, Flavour.REFUSED),
    429: (NOT, Flavour.BUSY),
    499: (NOT, Flavour.REFUSED),
    # trouble
    500: (UNKNOWN, Flavour.BROKEN),
    501: (UNKNOWN, Flavour.BROKEN),
    502: (UNKNOWN, Flavour.BROKEN),
    503: (UNKNOWN, Flavour.UNAVAILABLE),
    504: (UNKNOWN, Flavour.BROKEN),
    511: (UNKNOWN, Flavour.BROKEN),
    599: (UNKNOWN, Flavour.BROKEN),
    600: (UNKNOWN, Flavour.BROKEN),
    999: (UNKNOWN, Flavour.BROKEN),
}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", None),
        (ERROR_BODY, JSON),
        (HTML_BODY, "text/html"),
        (b'{"code":', JSON),
        (b"\xff\x00", "image/png"),
    ],
    ids=["empty", "json", "html", "damaged", "binary"],
)
@pytest.mark.parametrize("status", STATUSES)
def test_a_status_that_is_no_success_means_the_same_whatever_the_body(
    status: int, body: bytes, content_type: str | None
) -> None:
    verdict = verdict_on(status, body, content_type)
    assert (verdict.certainty, verdict.flavour) == STATUSES[status]
    assert verdict.status == status
    assert verdict.reason.startswith(f"status {status}")


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize(
    ("body", "content_type", "certainty", "flavour"),
    [
        pytest.param(b"", None, DONE, Flavour.OK, id="empty"),
        pytest.param(b" \r\n", "text/plain", DONE, Flavour.OK, id="blank"),
        pytest.param(b'{"id":2200}', JSON, DONE, Flavour.OK, id="json"),
        pytest.param(b"[]", "application/json;charset=UTF-8", DONE, Flavour.OK, id="array"),
        pytest.param(b"null", JSON, DONE, Flavour.OK, id="null"),
        pytest.param(b'{"id":2200}', "text/plain", DONE, Flavour.OK, id="json by another name"),
        pytest.param(b'{"id":2200}', None, DONE, Flavour.OK, id="json without a type"),
        pytest.param(b'{"id":22', JSON, DONE, Flavour.BROKEN, id="cut off"),
        pytest.param(b'{"id":1,"id":2}', "Application/JSON", DONE, Flavour.BROKEN, id="duplicate key"),
        pytest.param(b'{"level":NaN}', "application/hal+json", DONE, Flavour.BROKEN, id="not a number"),
        pytest.param(b"\xef\xbb\xbf{}", JSON, DONE, Flavour.BROKEN, id="byte order mark"),
        pytest.param(b'"\xff"', JSON, DONE, Flavour.BROKEN, id="not utf-8"),
        pytest.param(b"[" * 65 + b"]" * 65, JSON, DONE, Flavour.BROKEN, id="too deep"),
        pytest.param(HTML_BODY, "text/html", UNKNOWN, Flavour.BROKEN, id="html"),
        pytest.param(HTML_BODY, None, UNKNOWN, Flavour.BROKEN, id="html without a type"),
        pytest.param(HTML_BODY, JSON, DONE, Flavour.BROKEN, id="html that claims to be json"),
        pytest.param(b"OK", "text/plain", UNKNOWN, Flavour.BROKEN, id="text"),
    ],
)
def test_a_success_is_done_when_it_comes_from_the_api_and_unknown_when_it_does_not(
    status: int, body: bytes, content_type: str | None, certainty: Certainty, flavour: Flavour
) -> None:
    verdict = verdict_on(status, body, content_type)
    assert (verdict.certainty, verdict.flavour, verdict.status) == (certainty, flavour, status)
    assert (verdict.reason == "") == (flavour is Flavour.OK)


@pytest.mark.parametrize(
    ("stage", "certainty", "flavour"),
    [
        (Stage.NOT_SENT, NOT, Flavour.UNSENT),
        (Stage.MISCONFIGURED, NOT, Flavour.MISCONFIGURED),
        (Stage.MAYBE_SENT, UNKNOWN, Flavour.BROKEN),
    ],
)
def test_without_an_answer_it_matters_how_far_the_request_got(
    stage: Stage, certainty: Certainty, flavour: Flavour
) -> None:
    assert judge(HttpFault(stage, "why")) == Verdict(certainty, flavour, "why")


@pytest.mark.parametrize("flavour", Flavour)
def test_only_trouble_that_may_pass_is_worth_another_read(flavour: Flavour) -> None:
    worth = {Flavour.BUSY, Flavour.UNAVAILABLE, Flavour.BROKEN, Flavour.UNSENT}
    assert Verdict(UNKNOWN, flavour).transient == (flavour in worth)


def test_the_document_of_a_success_is_handed_on() -> None:
    assert verdict_on(201, b'{"id":2200}').document == {"id": 2200}
    assert verdict_on(200, b"null").document is None


@pytest.mark.parametrize("body", [b"", b"  "])
def test_no_body_is_told_apart_from_null(body: bytes) -> None:
    assert verdict_on(204, body).document is ABSENT


def test_an_error_body_gives_its_code_its_message_and_itself() -> None:
    verdict = verdict_on(404, ERROR_BODY)
    assert (verdict.code, verdict.document) == (203, {"code": 203, "message": "No Record Found"})
    assert verdict.reason == "status 404 Not Found: No Record Found"


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b"[1]", [1]),
        (b'"no"', "no"),
        (b'{"code":"203","message":null}', {"code": "203", "message": None}),
        (b'{"message":{"text":"x"}}', {"message": {"text": "x"}}),
        (b"", ABSENT),
        (HTML_BODY, ABSENT),
    ],
    ids=["array", "text", "other types", "nested", "empty", "html"],
)
def test_an_error_body_of_another_shape_adds_nothing_to_the_reason(body: bytes, document: object) -> None:
    verdict = verdict_on(409, body)
    assert (verdict.reason, verdict.code, verdict.document) == ("status 409 Conflict", None, document)


def test_a_status_without_a_name_is_given_as_a_number() -> None:
    assert verdict_on(599, b"").reason == "status 599"


def test_when_to_come_back_is_handed_on() -> None:
    verdict = verdict_on(429, b"", retry_after="7", date="Wed, 21 Oct 2015 07:28:00 GMT")
    assert (verdict.retry_after, verdict.date) == ("7", "Wed, 21 Oct 2015 07:28:00 GMT")


def test_html_is_named_by_its_type_and_never_quoted() -> None:
    verdict = verdict_on(200, HTML_BODY, "text/html; charset=utf-8; " + "x" * 500)
    assert verdict.reason == "the answer is not from the API: status 200 with text/html"


def test_a_content_type_of_any_length_does_not_flood_the_reason() -> None:
    assert len(verdict_on(200, HTML_BODY, "x" * 5000).reason) < 200


def test_a_damaged_answer_says_what_is_wrong_with_it() -> None:
    assert verdict_on(200, b'{"id":1,"id":2}').reason.startswith("the answer is damaged: ")


def test_the_message_stays_whole_until_secrets_are_taken_out_of_it() -> None:
    long = "x" * 5000
    assert verdict_on(400, json.dumps({"message": long}).encode()).reason.endswith(long)
