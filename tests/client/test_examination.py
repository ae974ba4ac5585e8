"""What doctor asks on this machine: clocks, routes, names of credentials."""

from __future__ import annotations

import pytest

from lvstate.client.credentials import names_of
from lvstate.client.examination import clock_offset
from lvstate.client.origin import Origin, stays_here
from lvstate.client.route import route_of
from lvstate.client.secrets import Redactor, Secret
from lvstate.effects import HttpReply
from lvstate.model.problem import Source
from lvstate.model.project import Environment

TOLD = 1_700_000_000.0
REPLY = HttpReply(404, {"date": "Tue, 14 Nov 2023 22:13:20 GMT"}, b"")


@pytest.mark.parametrize(
    ("before", "after", "offset"),
    [
        (TOLD, TOLD, 0.0),
        (TOLD - 1, TOLD + 1, 0.0),
        (TOLD + 0.9, TOLD + 0.95, 0.0),
        (TOLD + 62, TOLD + 63, 61.0),
        (TOLD - 63, TOLD - 62, -62.0),
    ],
)
def test_clocks_are_compared_around_the_exchange(before: float, after: float, offset: float) -> None:
    assert clock_offset(REPLY, before, after) == offset


@pytest.mark.parametrize("date", ["", "soon", "Tue, 14 Nov 20231111 22:13:20 GMT"])
def test_a_date_that_is_none_says_nothing(date: str) -> None:
    assert clock_offset(HttpReply(200, {"date": date}, b""), 1, 2) is None


@pytest.mark.parametrize(
    ("variables", "way"),
    [
        ({}, "TLS checked against the built-in authorities, no proxy"),
        ({"CURL_CA_BUNDLE": "/ca.pem"}, "TLS checked against CURL_CA_BUNDLE, no proxy"),
        ({"SSL_CERT_FILE": "/ca.pem"}, "TLS checked against SSL_CERT_FILE, no proxy"),
        (
            {"HTTPS_PROXY": "http://ann:secret@proxy.acme.test:3128"},
            "TLS checked against the built-in authorities, through the proxy proxy.acme.test:3128",
        ),
        (
            {"HTTPS_PROXY": "http://proxy.acme.test", "NO_PROXY": "livevox.com"},
            "TLS checked against the built-in authorities, no proxy",
        ),
        (
            {"ALL_PROXY": "ann:secret@proxy.acme.test:x"},
            "TLS checked against the built-in authorities, through the proxy ?",
        ),
    ],
)
def test_the_route_is_told_without_passwords(
    variables: dict[str, str], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert route_of(Origin("https://api.livevox.com"), variables) == way


def test_credentials_are_told_by_the_names_of_their_variables() -> None:
    variables = {
        "LVSTATE_PROD_EU_PASSWORD": "correct horse",
        "LVSTATE_PASSWORD": "another",
        "LVSTATE_USERNAME": "ann",
        "LVSTATE_ACCESS_TOKEN_FILE": "/dev/null",
        "LVSTATE_SESSION_ID": "",
    }
    environment = Environment("prod-eu", "https://x", Source("lvstate.yaml", 1, 1), client="ACME")
    assert names_of(variables, environment) == (
        "client of the project file",
        "LVSTATE_USERNAME",
        "LVSTATE_PROD_EU_PASSWORD",
    )


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("emulator:", True),
        ("http://127.0.0.1:8420", True),
        ("http://localhost", True),
        ("https://[::1]:1/", True),
        ("https://api.livevox.com", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost@evil.example", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_this_machine_counts_as_the_emulator(url: str, here: bool) -> None:
    assert stays_here(url) is here


@pytest.mark.parametrize("spelled", ['a"b\\c/é', 'a\\"b\\\\c/é', 'a\\"b\\\\c/\\u00e9', "a%22b%5Cc%2F%C3%A9"])
def test_a_secret_is_found_however_it_is_spelled(spelled: str) -> None:
    redactor = Redactor()
    redactor.learn(Secret('a"b\\c/é'))
    assert redactor.clean(f"<{spelled}>") == "<***>"


def test_short_secrets_stay_where_only_long_ones_are_taken_out() -> None:
    redactor = Redactor()
    redactor.learn(Secret("emulator"))
    redactor.learn(Secret("0f9d3a1c-token-of-acme"))
    assert redactor.clean("emulator 0f9d3a1c-token-of-acme", at_least=16) == "emulator ***"
