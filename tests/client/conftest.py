"""What the tests of the client share: a bare environment, and both ways to send."""

from __future__ import annotations

import pytest

from tests.client import ways

VARIABLES = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "NETRC",
)


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the machine of the test has to say about proxies and certificates."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(params=ways.WAYS)
def way(request: pytest.FixtureRequest, bare_environment: None) -> str:
    """Run a test with either transport."""
    ways.choose(request.param)
    return str(request.param)
