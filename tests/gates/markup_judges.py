"""Judges of formats that browsers and code hosts render, by a GitHub-like Markdown parser and an HTML5 parser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import html5lib
from markdown_it import MarkdownIt

from tests.gates.payloads import HARMLESS
from tests.gates.reading import raw_controls, times_shown

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"linkify": True, "html": True}).enable(
    ["table", "strikethrough", "linkify"]
)
_HOST_LINKS = re.compile(
    r"(?<![\w`])@[A-Za-z0-9]|(?<![\w&])#\d|\bGH-\d|\b[0-9a-f]{40}\b|://|\bwww\.|:[a-z_]+:", re.IGNORECASE
)
"""What GitHub makes a mention, a reference, a link or a picture of outside code."""

_INERT_TEXT = re.compile(
    r"</?(?:code|pre|td|th|tr|b|strong|em|summary|details|table|tbody|thead|br|sub|span)\b"
)


def markdown(shown: str, harmless: str, payload: str) -> None:
    """A Markdown parser finds the same nodes, the payload in none but code and text, and no text a host links."""
    assert raw_controls(shown) == set()
    assert not shown.startswith(("---", "+++"))
    nodes, others = _nodes(shown), _nodes(harmless)
    said = [_plain(content) if kind == "html" else content for kind, _, content in nodes]
    if "Shortened to fit" in shown:  # other parts are shown, of the same make
        made = [node[:2] for node in others]
        assert all(node[:2] in made for node in nodes)
        return
    assert [node[:2] for node in nodes] == [node[:2] for node in others]
    for (kind, _, content), (_, _, other) in zip(nodes, others, strict=True):
        if kind == "html":
            assert _INERT_TEXT.findall(content) == _INERT_TEXT.findall(other)
            assert content.count("<") == other.count("<")
        elif kind == "text" and content != other:
            known = {found[0] for found in _HOST_LINKS.finditer(other.replace(HARMLESS, ""))}
            assert {found[0] for found in _HOST_LINKS.finditer(content)} <= known
    wanted = times_shown("\n".join(content for *_, content in others), HARMLESS)
    assert times_shown("\n".join(said), payload) >= wanted > 0


def _nodes(text: str) -> list[tuple[str, Any, str]]:
    found: list[tuple[str, Any, str]] = []

    def walk(tokens: list[Token]) -> None:
        for token in tokens:
            if token.type == "inline":
                walk(token.children or [])
            elif token.type in ("html_block", "html_inline"):
                found.append(("html", (), token.content))
            elif token.type == "text" and found and found[-1][0] == "text":
                found[-1] = ("text", (), found[-1][2] + token.content)
            elif token.type == "text":
                found.append(("text", (), token.content))
            elif token.type == "softbreak":
                found.append(("softbreak", (), "\n"))
            else:
                attributes = sorted((k, v) for k, v in token.attrs.items() if k != "start")
                found.append((token.type, (token.tag, token.info, attributes), token.content))

    walk(_PARSER.parse(text))
    return found


def _plain(markup: str) -> str:
    """Return what a reader sees of a text with inline HTML in it."""
    return "".join(html5lib.parseFragment(markup, namespaceHTMLElements=False).itertext())


def html(shown: str, harmless: str, payload: str) -> None:
    """A browser builds the same elements and attributes as for a harmless name, and runs the same scripts."""
    assert raw_controls(shown) - {"\t"} == set()
    page, other = (html5lib.parse(text, namespaceHTMLElements=False) for text in (shown, harmless))
    # Which words differ depends on the words: that is all that may be marked otherwise.
    elements, others = ([e for e in root.iter() if e.tag not in {"del", "ins"}] for root in (page, other))
    assert [_outline(e) for e in elements] == [_outline(e) for e in others]
    for element, twin in zip(elements, others, strict=True):
        for name, value in element.attrib.items():
            if name in ("href", "src", "style", "action", "id", "class") or name.startswith("on"):
                same = twin.attrib[name]
                assert value == same or (name in ("id", "href") and HARMLESS.lower() in same.lower())
        if element.tag in ("script", "style"):
            _same_code(element, twin)
    assert times_shown(_visible(page), payload) >= times_shown(_visible(other), HARMLESS) > 0


def _outline(element: Element) -> tuple[str, list[str]]:
    return str(element.tag), sorted(element.attrib)


def _same_code(element: Element, twin: Element) -> None:
    if element.attrib.get("type") == "application/json":
        json.loads(element.text or "")
    else:
        assert element.text == twin.text


def _visible(page: Element) -> str:
    body = page.find("body")
    assert body is not None
    hidden = {id(e) for e in body.iter() if e.tag in ("script", "style", "template")}
    told = []
    for element in body.iter():
        if id(element) not in hidden and isinstance(element.tag, str):
            told.append(element.text or "")
        told.append(element.tail or "")
    return "".join(told)
