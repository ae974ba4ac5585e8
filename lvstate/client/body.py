"""Reads the body of an answer: whole, unpacked and bounded, or piece by piece as it is on the wire."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse

from lvstate.client import unanswered
from lvstate.effects import HttpFault, HttpReply

_CHUNK = 256 * 1024
_PACKED = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def whole(response: HTTPResponse, give_up: float) -> HttpReply | HttpFault:
    """Read an answer that fits into memory, until so late by the clock that never runs backwards.

    Raises OSError, HTTPException or zlib.error for an answer that breaks off or is no answer.
    """
    lengths = response.headers.get_all("content-length", ())
    if len({*lengths}) > 1:
        return unanswered.BROKE_OFF
    packing = response.headers.get("content-encoding", "").strip().lower()
    unpack = zlib.decompressobj(_PACKED[packing]) if packing in _PACKED else None
    body = bytearray()
    for piece in on_the_wire(response):
        if unpack is None:
            body += piece
        else:
            body += unpack.decompress(piece, unanswered.MAX_BODY + 1 - len(body))
        if len(body) > unanswered.MAX_BODY:
            return unanswered.TOO_LARGE
        if time.monotonic() > give_up:
            return unanswered.TOO_LATE
    if unpack is not None and body and not unpack.eof:
        return unanswered.BROKE_OFF
    return HttpReply(response.status, headers(response), bytes(body))


def on_the_wire(response: HTTPResponse) -> Iterator[bytes]:
    """Yield the body without unpacking it; raises HTTPException where less comes than was announced."""
    while piece := response.read(_CHUNK):
        yield piece
    if response.length:
        raise HTTPException("the body is shorter than its length")


def headers(response: HTTPResponse) -> dict[str, str]:
    """Return headers by their names in lower case; what came several times is joined."""
    found: dict[str, str] = {}
    for name, value in response.headers.items():
        name = name.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
