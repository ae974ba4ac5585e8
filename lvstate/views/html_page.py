"""One HTML page that loads nothing: style and script are inside and allowed by their hashes, all else is forbidden."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lvstate.views.html_text import own


@dataclass(frozen=True, slots=True)
class Tile:
    """A count at the top: its colour, symbol, number and words."""

    tint: str
    symbol: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A group of switches: the letter of a card's `data-` attribute, and its values with words and counts."""

    letter: str
    words: str
    options: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says; `heading`, `subtitle`, `body` and `foot` are HTML already."""

    title: str
    what: str
    heading: str
    subtitle: str
    verdict: str
    tiles: tuple[Tile, ...]
    filters: tuple[Filter, ...]
    body: str
    foot: str


def page(content: Page) -> str:
    """Return the whole document; the same content gives the same bytes."""
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    tiles = "".join(
        f'<li class="{tile.tint if tile.count else "none"}"><b>{tile.symbol}</b> '
        f"<strong>{tile.count:,}</strong> <span>{own(tile.words)}</span></li>\n"
        for tile in content.tiles
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="generator" content="lvstate">
<title>{content.title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<div class="top"><p class="what"><b>lvstate</b> {content.what}</p>\
<button type="button" id="theme" hidden aria-label="Switch between light and dark">Theme</button></div>
<h1>{content.heading}</h1>
<p class="tenant">{content.subtitle}</p>
<p class="verdict">{content.verdict}</p>
<ul class="tiles" aria-label="Counts">
{tiles}</ul>
</header>
{_toolbar(content.filters)}<main id="content" tabindex="-1">
{content.body}</main>
<footer>{content.foot}</footer>
<script>{script}</script>
</body>
</html>
"""


def _toolbar(filters: tuple[Filter, ...]) -> str:
    """Return search and switches, hidden until the script is there to obey them."""
    if not filters:
        return ""
    groups = "".join(
        f"<fieldset><legend>{group.words}</legend>"
        + "".join(
            f'<label><input type="checkbox" data-filter="{group.letter}" value="{key}" checked>'
            f"<span>{words} <small>{count:,}</small></span></label>"
            for key, words, count in group.options
        )
        + "</fieldset>\n"
        for group in filters
        if len(group.options) > 1
    )
    return (
        '<search class="toolbar" id="toolbar" hidden>\n'
        '<div class="find"><input type="search" id="search" placeholder="Search names, fields, values, files" '
        'aria-label="Search" aria-keyshortcuts="/" autocomplete="off" spellcheck="false">'
        '<button type="button" id="reset" hidden>Show all</button>'
        '<output id="count" role="status"></output></div>\n'
        f'<div class="filters">{groups}</div>\n</search>\n'
    )


@cache
def _asset(name: str) -> str:
    return (resources.files("lvstate.views") / "assets" / name).read_text("utf-8")


@cache
def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
