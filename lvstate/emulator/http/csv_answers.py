"""A CSV file on the wire, streamed, and compressed where the request asks for it by name."""

from __future__ import annotations

import zlib
from collections.abc import Generator

from werkzeug.wrappers import Response

from lvstate.emulator.http.requests import EmulatorRequest

GZIP = 16 + zlib.MAX_WBITS  # tells zlib to write the header and the trailer of gzip


def csv_answer(request: EmulatorRequest, pieces: Generator[str]) -> Response:
    """200 with the pieces as they come; `Content-Encoding: gzip` where Accept-Encoding names gzip."""
    body = (piece.encode() for piece in pieces)
    is_packed = _asks_for_gzip(request)
    response = Response(_packed(body) if is_packed else body, content_type="text/csv")
    response.headers["Vary"] = "Accept-Encoding"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.call_on_close(pieces.close)
    return response


def _asks_for_gzip(request: EmulatorRequest) -> bool:
    return any(coding.lower() == "gzip" and weight > 0 for coding, weight in request.accept_encodings)


def _packed(pieces: Generator[bytes]) -> Generator[bytes]:
    packer = zlib.compressobj(wbits=GZIP)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
