"""The page at `/`: the tenant's objects and the latest requests, in one HTML document that loads nothing.

Every text is escaped; script and style are the two files in `assets`, allowed by a nonce, and the policy allows
nothing else. The script is there only while control is on, because it asks `/_emulator/requests`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources

from werkzeug.wrappers import Response

from lvstate.emulator.backend import tenant
from lvstate.emulator.tenant_view import Glance

SHOWN_REQUESTS = 50


@dataclass(frozen=True)
class View:
    """What the page is to show."""

    url: str
    search: str
    glances: list[Glance]
    requests: list[dict[str, object]]
    seen: int
    conditions: Mapping[str, str]
    is_live: bool


def page(view: View) -> Response:
    """The page as an answer."""
    nonce = secrets.token_urlsafe(16)
    response = Response(_document(view, nonce).encode("utf-8", "replace"), mimetype="text/html")
    response.headers.update(
        {
            "Content-Security-Policy": f"default-src 'none'; style-src 'nonce-{nonce}';"
            f" script-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; form-action 'self';"
            " base-uri 'none'; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
    )
    return response


def _document(view: View, nonce: str) -> str:
    facts = {"Address": view.url, "Client": tenant.CLIENT_NAME, **view.conditions}
    script = f'<script nonce="{nonce}">{_asset("page.js")}</script>\n' if view.is_live else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>LiveVox emulator</title>
<link rel="icon" href="data:,">
<style nonce="{nonce}">{_asset("page.css")}</style>
</head>
<body>
<main>
<header>
<div><h1>LiveVox emulator</h1><p>A local stand-in. Nothing here is a real tenant.</p></div>
<form role="search"><input type="search" name="q" value="{escape(view.search)}"
 placeholder="Search the tenant" aria-label="Search the tenant"><button>Search</button></form>
</header>
<dl>{"".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in facts.items())}</dl>
{_requests(view)}
<div class="grid">
{"".join(_glance(glance, view.search) for glance in view.glances)}</div>
</main>
{script}</body>
</html>
"""


def _requests(view: View) -> str:
    newest = view.requests[0]["seq"] if view.requests else 0
    unused = ""
    if not view.requests:
        call = (
            f"curl {view.url}/session/login -H 'LV-Access: {tenant.ACCESS_TOKEN}' \\\n"
            f'  -d \'{{"clientName": "{tenant.CLIENT_NAME}", "userName": "sysadmin",'
            f' "password": "{tenant.PASSWORD}"}}\''
        )
        unused = (
            f'<div id="unused" class="none soft">None yet. Try:<pre><code>{escape(call)}</code></pre></div>'
        )
    return (
        '<section><div><h2>Latest requests</h2><span class="count"><span id="seen">'
        f"{view.seen:,}</span> so far</span></div>{unused}\n"
        f'<div class="scroll"><table id="requests" class="requests" data-newest="{newest}"'
        f"{'' if view.requests else ' hidden'}>"
        "<thead><tr><th>Time</th><th>Status</th><th>Request</th><th>Operation</th><th>User</th>"
        '<th class="number">Took</th></tr></thead>\n'
        f"<tbody>{''.join(map(_request, view.requests))}</tbody></table></div></section>"
    )


def _request(line: Mapping[str, object]) -> str:
    query = f"?{line['query']}" if line["query"] else ""
    status = str(line["status"] or "–")  # noqa: RUF001
    what = f"{line['method']} {line['path']}{query}"
    names = line.get("faults", ())
    faults = [f'<span class="fault">{escape(str(name))}</span>' for name in _each(names)]
    return (
        f'<tr><td class="at soft nowrap">{escape(str(line["time"])[11:19])}</td>'
        f'<td class="status s{status[0]}">{status}</td>'
        f'<td class="what mono">{escape(what)}{"".join(faults)}</td>'
        f'<td class="operation">{escape(str(line["operation"] or ""))}</td>'
        f'<td class="user soft">{escape(str(line["user"] or ""))}</td>'
        f'<td class="number">{line["duration_ms"]:.1f} ms</td></tr>\n'
    )


def _glance(glance: Glance, search: str) -> str:
    count = f"{glance.matching:,} of {glance.count:,}" if search else f"{glance.count:,}"
    head = f'<div><h2>{escape(glance.title)}</h2><span class="count">{count}</span></div>'
    if not glance.rows:
        return (
            f'<section>{head}<p class="none">{"Nothing matches." if search else "None yet."}</p></section>\n'
        )
    heads = "".join(f"<th>{escape(column)}</th>" for column in glance.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td><bdi>{escape(text)}</bdi></td>' for text in row)}</tr>\n" for row in glance.rows
    )
    rest = glance.matching - len(glance.rows)
    more = f'<p class="none">and {rest:,} more</p>' if rest > 0 else ""
    return (
        f'<section>{head}<div class="scroll"><table><thead><tr>{heads}</tr></thead>\n'
        f"<tbody>{rows}</tbody></table>{more}</div></section>\n"
    )


def _each(names: object) -> Iterable[object]:
    return names if isinstance(names, list) else ()


@cache
def _asset(name: str) -> str:
    return (resources.files("lvstate.emulator.http") / "assets" / name).read_text("utf-8")
