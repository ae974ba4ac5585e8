"""Why a request has no answer, in words that both ways of sending share: no secret, no address, no library's text."""

from __future__ import annotations

from lvstate.effects import HttpFault, Stage

MAX_BODY = 32 * 1024 * 1024
"""Decoded bytes after which an answer is given up; the largest page is far below."""

UNFORMED = HttpFault(Stage.MISCONFIGURED, "the request could not be formed")
UNTRUSTED = HttpFault(Stage.MISCONFIGURED, "the TLS connection failed: its certificate is not trusted")
UNKEPT = HttpFault(Stage.MISCONFIGURED, "the answer could not be kept")
UNKNOWN_HOST = HttpFault(Stage.NOT_SENT, "the host name is not known")
REFUSED = HttpFault(Stage.NOT_SENT, "connection refused")
NO_CONNECTION = HttpFault(Stage.NOT_SENT, "no connection could be made")
NOT_CONNECTED_IN_TIME = HttpFault(Stage.NOT_SENT, "connecting took too long")
BROKE_OFF = HttpFault(Stage.MAYBE_SENT, "the connection broke before the answer was complete")
SILENT = HttpFault(Stage.MAYBE_SENT, "no answer before the deadline")
TOO_LATE = HttpFault(Stage.MAYBE_SENT, "no complete answer before the deadline")
TOO_LARGE = HttpFault(Stage.MAYBE_SENT, "the answer is larger than 32 MiB")
