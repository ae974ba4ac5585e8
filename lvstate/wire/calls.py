"""Calls as a user spells them: what may be sent, which change nothing, which come in pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from lvstate.errors import UsageError
from lvstate.wire.messages import PAGE_SIZE

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_BULK = "/contact/contacts/bulk"
_LOGIN = "/session/login"
_READING_POSTS = ("/contact/contacts/search", "/account/accounts/search", _LOGIN)
_WITHOUT_SESSION = re.compile(r"/session/(?:login|(?:validate|logout)/[^/]+)\Z")
"""REFERENCE 1.2: every other call is made in a session."""

_SESSION_IN_PATH = re.compile(r"(/session/(?:validate|logout)/)[^?]*", re.IGNORECASE)

_ACCOUNTS = ("listAccount", "listAccounts")
_PAGED: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    ("GET", re.compile(r"/contact/contacts\Z"), ("listContactDetails",)),
    ("GET", re.compile(r"/contact/contacts/[^/]+/accounts\Z"), _ACCOUNTS),
    ("GET", re.compile(r"/contact/contactGroups\Z"), ("contactGroup",)),
    ("GET", re.compile(r"/account/accounts\Z"), _ACCOUNTS),
    ("POST", re.compile(r"/contact/contacts/search\Z"), ("findMatchingContactsDetails",)),
    ("POST", re.compile(r"/account/accounts/search\Z"), ("findMatchingAccounts", *_ACCOUNTS)),
)
"""REFERENCE 3, with the keys that tables and examples give the array (REFERENCE 5.2, nos. 14 and 15)."""

_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_KEPT = "/%:@!$&'()*+,;=-._~?"


@dataclass(frozen=True, slots=True)
class Paged:
    """How a method's pages are read: the keys of the array, and whether it may be left out when empty."""

    keys: tuple[str, ...]
    optional: bool
    offset: int
    count: int


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `target` is percent-encoded and holds the query, `body` is JSON and is sent as it is."""

    method: str
    target: str
    body: bytes | None = field(default=None, repr=False)
    document: Any = field(default=None, repr=False, compare=False)
    """What the body says."""
    gzip: bool = False
    """Whether a compressed answer is asked for (contact-api, Bulk Contact Download)."""

    @property
    def path(self) -> str:
        """The path without its query, as it is known in the vendor's pages."""
        return self.target.partition("?")[0].rstrip("/")

    @property
    def shown(self) -> str:
        """Method and path for messages, without the id of a session."""
        return f"{self.method} {without_session(self.path)}"

    @property
    def downloads(self) -> bool:
        """Whether this is Bulk Contact Download, which shares verb and path with Bulk Create Contact."""
        return self._bulk("exportableFields", "createContactDetails")

    @property
    def writes(self) -> bool:
        """Whether the call may change the tenant: all but GET, the searches, the download and the login."""
        if self.method == "GET":
            return False
        return not (self.method == "POST" and (self.path in _READING_POSTS or self.downloads))

    @property
    def sessionless(self) -> bool:
        """Whether the call is made with the access token and without a session (REFERENCE 1.2)."""
        return _WITHOUT_SESSION.match(self.path) is not None

    @property
    def logs_in(self) -> bool:
        """Whether the answer to this call is a session."""
        return self.method == "POST" and self.path == _LOGIN

    @property
    def headers(self) -> Mapping[str, str]:
        """What this call says besides who sends it (REFERENCE 5.1 no. 5, 5.4 no. 58)."""
        headers = {"Content-Type": "application/json"}
        if self.downloads:
            headers["Accept"] = "text/csv"
        else:
            headers["Accept"] = "application/json"
        if self._bulk("createContactDetails", "exportableFields"):
            headers["Accept-Encoding"] = "application/json"
        elif self.gzip:
            headers["Accept-Encoding"] = "gzip"
        return headers

    @property
    def paged(self) -> Paged:
        """Where the pages of this call begin, and of what size; raises UsageError where it has none."""
        keys = next((k for m, p, k in _PAGED if m == self.method and p.match(self.path)), None)
        if keys is None:
            raise UsageError(
                f"{self.method} {self.path} does not come in pages",
                hint="leave --paginate out; the paged methods are the lists of contacts, contact groups and "
                "accounts, the accounts of a contact, and the two searches",
            )
        query = dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))
        count = _number(query.get("count", str(PAGE_SIZE)), "count", least=1)
        offset = _number(query.get("offset", "0"), "offset", least=0)
        optional = self.path == "/contact/contacts/search"  # marked so in the response's table
        return Paged(keys, optional, offset, min(count, PAGE_SIZE))

    def page(self, offset: int, count: int) -> Call:
        """Ask for a page, with the same body and the other parameters as they are."""
        path, _, query = self.target.partition("?")
        kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k not in ("count", "offset")]
        return replace(self, target=_joined(path, [*kept, ("count", str(count)), ("offset", str(offset))]))

    def _bulk(self, key: str, other: str) -> bool:
        body = self.document
        if self.method != "POST" or self.path != _BULK or not isinstance(body, dict):
            return False
        return key in body and other not in body


def without_session(path: str) -> str:
    """Return a path in which no session's id stands."""
    return _SESSION_IN_PATH.sub(r"\1***", path)


def method_of(text: str) -> str:
    """Return the verb in capitals; raises UsageError for one that no REST service has."""
    method = text.upper()
    if method not in METHODS:
        raise UsageError(f"{text!r} is not a method", hint=f"choose one of {', '.join(METHODS)}")
    return method


def target_of(text: str, query: Sequence[tuple[str, str]] = ()) -> str:
    """Return path and query as they are sent, below the origin that gets the credentials.

    A missing first slash is put there, blanks and letters beyond ASCII are percent-encoded. Raises
    UsageError for whatever could lead elsewhere, or would not be sent as it is written.
    """
    target = text if text.startswith("/") else f"/{text}"
    if _ABSOLUTE.match(text) or target.startswith("//"):
        raise _refused("it names a host; credentials go to the environment's url only")
    if any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in target):
        raise _refused("it holds a control character")
    if "\\" in target or "#" in target:
        raise _refused("it holds a backslash or a fragment")
    if _STRAY_PERCENT.search(target):
        raise _refused("a % is not followed by two digits; %25 stands for a % itself")
    path, question, own = target.partition("?")
    if any(unquote(segment) in (".", "..") for segment in path.split("/")):
        raise _refused("it holds a . or .. segment")
    whole = quote(path, safe=_KEPT) + question + quote(own, safe=_KEPT)
    return _joined(whole, query)


def _joined(target: str, query: Sequence[tuple[str, str]]) -> str:
    if not query:
        return target
    return f"{target}{'&' if '?' in target else '?'}{urlencode(query)}"


def _refused(reason: str) -> UsageError:  # without the path itself: it may hold a password
    return UsageError(f"the path is refused: {reason}", hint="for example /contact/contactGroups")


def _number(text: str, name: str, *, least: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 16 and int(text) >= least:
        return int(text)
    raise UsageError(f"{name} should be a whole number of at least {least}, not {text!r}")
