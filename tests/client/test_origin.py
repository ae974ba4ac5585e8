"""Which URLs credentials may go to."""

from __future__ import annotations

import pytest

from lvstate.client.origin import origin_of
from lvstate.errors import Exit, InvalidInput, UsageError
from lvstate.model.problem import Source
from lvstate.model.project import Environment

SOURCE = Source("lvstate.yaml", 5, 10)


def url_of(url: str, allowed: str | None = None) -> str:
    variables = {} if allowed is None else {"LVSTATE_ALLOWED_HOSTS": allowed}
    return origin_of(Environment("production", url), variables).url


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://livevox.com", "https://livevox.com"),
        ("https://api.livevox.com", "https://api.livevox.com"),
        ("https://api.na4.livevox.com/", "https://api.na4.livevox.com"),
        ("https://api.livevox.com:443", "https://api.livevox.com:443"),
        ("https://api.livevox.com:", "https://api.livevox.com"),
        ("HTTPS://API.NA4.LiveVox.COM", "https://api.na4.livevox.com"),
        ("https://api.livevox.com.", "https://api.livevox.com"),
    ],
)
def test_https_under_livevox_com_is_trusted_and_written_in_one_way(url: str, origin: str) -> None:
    assert url_of(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8420",
        "http://127.1.2.3:8420",
        "http://localhost:8420",
        "http://localhost",
        "https://localhost:9443",
        "https://127.0.0.1",
        "http://[::1]:8420",
        "https://[::1]",
    ],
)
def test_loopback_is_trusted_on_any_port_with_and_without_tls(url: str) -> None:
    assert url_of(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://livevox.com.evil.test",
        "https://evil-livevox.com",
        "https://evillivevox.com",
        "https://livevox.co",
        "https://com",
        "https://sub.livevox.com:444",
        "https://sub.livevox.com:80",
        "https://0.0.0.0",
        "https://10.0.0.1",
        "https://[::]",
        "https://[2001:db8::1]",
        "https://127.0.0.1.evil.test",
        "https://localhost.evil.test",
        "https://169.254.169.254",
        "https://127.1",
    ],
)
def test_any_other_host_gets_no_credentials(url: str) -> None:
    with pytest.raises(UsageError, match="credentials are not sent to"):
        url_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.livevox.com",
        "http://livevox.com",
        "http://10.0.0.1",
        "http://127.1",
        "http://proxy.example.test",
    ],
)
def test_plain_http_is_for_loopback_even_where_the_host_is_allowed(url: str) -> None:
    with pytest.raises(UsageError, match="plain http is for loopback only"):
        url_of(url, allowed="api.livevox.com,livevox.com,10.0.0.1,127.1,proxy.example.test")


@pytest.mark.parametrize(
    "url",
    [
        "https://ann@api.livevox.com",
        "https://ann:secret@api.livevox.com",
        "https://@api.livevox.com",
        "https://api.livevox.com@evil.test",
        "https://evil.test@api.livevox.com",
        "https://api.livevox.com:443@evil.test",
    ],
)
def test_a_url_with_a_user_name_or_password_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="user name or password"):
        url_of(url, allowed="evil.test")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.livevox.com/contact",
        "https://api.livevox.com//",
        "https://api.livevox.com/..",
        "https://api.livevox.com?",
        "https://api.livevox.com/?a=b",
        "https://api.livevox.com#",
        "https://api.livevox.com/#fragment",
        "https://evil.test/.livevox.com",
        "https://evil.test?.livevox.com",
        "https://evil.test#.livevox.com",
    ],
)
def test_a_url_holds_nothing_beyond_scheme_host_and_port(url: str) -> None:
    with pytest.raises(UsageError, match="more than scheme, host and port"):
        url_of(url, allowed="evil.test")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test\\.livevox.com",
        "https:\\\\api.livevox.com",
        "https://api.livevox.com\\@evil.test",
        "https://api.livevox.com\n",
        "\thttps://api.livevox.com",
        "https://api.live\tvox.com",
        " https://api.livevox.com",
        "https://api.livevox.com\0",
        "https://api.l\u0456vevox.com",  # a Cyrillic letter
        "https://api\u3002livevox.com",  # an ideographic full stop
        "https://api.livevox.com\u200b",
    ],
)
def test_characters_that_parsers_disagree_about_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="characters that a URL cannot have"):
        url_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.livevox.com",
        "//api.livevox.com",
        "https:api.livevox.com",
        "https:/api.livevox.com",
        "https://",
        "https://:443",
        "https://.",
        "ftp://api.livevox.com",
        "file:///etc/passwd",
        "ws://localhost",
        "emulator:8420",
    ],
)
def test_what_is_not_an_http_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="not of the form https://HOST"):
        url_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.livevox.com:port",
        "https://api.livevox.com:99999",
        "https://api.livevox.com%2eevil.test",
        "https://evil.test%2f.livevox.com",
        "https://evil.test,.livevox.com",
        "https://api..livevox.com",
        "https://api.livevox.com:0",
        "http://localhost:0",
        "https://api.livevox.com:-443",
        "https://api.livevox.com:4_43",
        "https://[::1",
        "https://::1]",
    ],
)
def test_a_malformed_port_or_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="its host or port is malformed"):
        url_of(url)


def test_a_refusal_does_not_repeat_a_password_that_looks_like_a_port() -> None:
    with pytest.raises(UsageError) as refused:
        url_of("https://ann:s3cret/word@api.livevox.com")
    assert "s3cret" not in refused.value.message


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://proxy.example.test", "proxy.example.test"),
        ("https://proxy.example.test:443", "proxy.example.test"),
        ("https://proxy.example.test", "proxy.example.test:443"),
        ("https://proxy.example.test:8443", "proxy.example.test:8443"),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443"),
        ("https://Proxy.Example.test", " other.test , PROXY.example.test ,"),
        ("https://sub.livevox.com:444", "sub.livevox.com:444"),
        ("https://10.0.0.1", "10.0.0.1"),
    ],
)
def test_another_host_is_trusted_when_the_environment_names_it(url: str, allowed: str) -> None:
    assert url_of(url, allowed) == url.lower()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://proxy.example.test", ""),
        ("https://proxy.example.test", ",, ,"),
        ("https://proxy.example.test", "example.test"),
        ("https://evil-proxy.example.test", "proxy.example.test"),
        ("https://proxy.example.test.evil.test", "proxy.example.test"),
        ("https://proxy.example.test", "proxy.example.test:8443"),
        ("https://proxy.example.test:9443", "proxy.example.test:8443"),
        ("https://proxy.example.test:8443", "proxy.example.test"),
        ("https://api.livevox.com:8443", "api.livevox.com"),
    ],
)
def test_an_allowed_host_is_meant_exactly(url: str, allowed: str) -> None:
    with pytest.raises(UsageError, match="credentials are not sent to"):
        url_of(url, allowed)


@pytest.mark.parametrize(
    "allowed",
    [
        "*",
        "*.example.test",
        "https://proxy.example.test",
        "a@b.test",
        "b.test/",
        "b.test:99999",
        "b.test:x",
        "b c",
    ],
)
def test_what_is_no_host_is_not_allowed_in_silence(allowed: str) -> None:
    with pytest.raises(UsageError, match="LVSTATE_ALLOWED_HOSTS holds something that is no host") as refused:
        url_of("https://proxy.example.test", f"ok.test, {allowed}")
    assert allowed not in refused.value.message + (refused.value.hint or "")


def test_a_refused_url_of_the_project_file_is_invalid_input_at_its_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        origin_of(Environment("production", "https://evil.test", url_source=SOURCE), {})
    assert refused.value.exit_code is Exit.INVALID
    (problem,) = refused.value.problems
    assert getattr(problem, "source", None) == SOURCE
    assert "environment production" in refused.value.message
    assert "LVSTATE_ALLOWED_HOSTS" in (refused.value.hint or "")


def test_a_refused_url_of_the_environment_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as refused:
        origin_of(Environment("production", "https://evil.test"), {})
    assert refused.value.exit_code is Exit.USAGE
    assert "LVSTATE_ALLOWED_HOSTS" in (refused.value.hint or "")
