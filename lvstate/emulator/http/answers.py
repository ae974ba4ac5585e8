"""Answers on the wire: compact JSON, or nothing at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from werkzeug.wrappers import Response


def json_answer(document: Mapping[str, object] | Sequence[object], status: int = 200) -> Response:
    """A JSON answer without a blank between its tokens; the order of keys is kept."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status=status, content_type="application/json")


def json_text_answer(text: str) -> Response:
    """A JSON answer whose text is made already."""
    return Response(text.encode(), content_type="application/json")


def created(object_id: int) -> Response:
    """201 and the id of what was made, as a number."""
    return json_answer({"id": object_id}, 201)


def no_content() -> Response:
    """204: done, and nothing to say."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response
