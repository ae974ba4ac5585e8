"""The grammar of SARIF: messages in which nothing is a link, and files as relative URIs (section 3.10, 3.11)."""

from __future__ import annotations

from urllib.parse import quote

from lvstate.views.terminal import escape


def message(text: str) -> dict[str, str]:
    """Return a message; `[text](target)`, which viewers make a link of, comes apart."""
    return {"text": escape(text).replace("](", "]\\x28")}


def uri(folder: str, file: str) -> str:
    """Return a file of a project in `folder` as a URI relative to the repository."""
    path = f"{folder}/{file}" if folder else file
    return quote(path.encode("utf-8", "surrogatepass"), safe="/")
