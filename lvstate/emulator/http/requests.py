"""The request as the skin sees it: a path whose parts keep their meaning, and a body of bounded size."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from werkzeug.wrappers import Request

MAX_BODY = 32 * 1024 * 1024

_AUTHORITY = re.compile(
    r"^[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE
)  # the absolute form, as proxies send it


class EmulatorRequest(Request):
    """A werkzeug request with a cap on its body; larger ones are 413."""

    # One byte above the cap, because werkzeug cuts a chunked body off at its maximum without a word.
    max_content_length = MAX_BODY + 1

    @property
    def verb(self) -> str:
        """The method exactly as sent: verbs have a case (RFC 9110), which werkzeug's `method` drops."""
        return str(self.environ["REQUEST_METHOD"])

    def routing_path(self) -> str | None:
        """The path to route by, without its optional last slash, or None where it cannot name anything.

        Segments are decoded one by one from the raw target, so that an encoded slash stays part of its
        segment; it and the percent sign are the only characters still encoded (`segment_text` undoes that).
        Where the server gives no raw target the decoded path has to do.
        """
        raw = self._raw_path()
        try:
            segments = [unquote_to_bytes(segment).decode() for segment in raw.split("/")]
        except UnicodeError:
            return None
        if len(segments) > 2 and not segments[-1]:
            segments.pop()
        if segments[0] or not all(segments[1:]):
            return None
        return "/".join(segment.replace("%", "%25").replace("/", "%2F") for segment in segments)

    def _raw_path(self) -> str:
        target = str(self.environ.get("REQUEST_URI") or "")
        if not target or self.environ.get("SCRIPT_NAME"):
            return _wsgi_text(str(self.environ.get("PATH_INFO") or "/")).replace("%", "%25")
        return _wsgi_text(_AUTHORITY.sub("", target, count=1).partition("?")[0].partition("#")[0])


def _wsgi_text(text: str) -> str:
    # WSGI carries the bytes of a request as latin-1; what is no UTF-8 fails later, when segments are decoded.
    return text.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def segment_text(segment: str) -> str:
    """The text of a routed segment."""
    return segment.replace("%2F", "/").replace("%25", "%")
