"""A mock of the service in a process of its own: cheap, with a settable latency and rate, and it counts.

    python benchmarks/peers/service.py --groups 1000 --latency 20 --rate 0

Prints its port. It is no emulator: it answers just what plan and apply need, so that the time measured is the client's.
`GET /_calls` returns what was asked since the last such call, and how many requests were under way at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from collections import Counter
from typing import Any

HEAD = re.compile(rb"^(GET|POST|PUT|DELETE) (\S+) HTTP/1\.1\r\n(.*?)\r\n\r\n", re.DOTALL)
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
LISTS = {"/account/classifications": "classification", "/account/types": "type"}
GROUPS, FIELDS = "/contact/contactGroups", "/contact/contacts/customFields"


class Tenant:
    """What lives: groups, classifications, types and slots, each a row by id."""

    def __init__(self, groups: int) -> None:
        self.groups = {n: {"id": n, "name": f"Group {n:06d}", "createdAt": 0} for n in range(1, groups + 1)}
        self.levelled: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in LISTS.values()}
        self.fields: dict[str, dict[str, Any]] = {}
        self.next_id = groups + 1
        self._pages: dict[str, bytes] = {}

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        """Carry out a request; the status and the body of the answer."""
        path, _, query = target.partition("?")
        if method == "GET" and path == GROUPS:
            return 200, self._page(query)
        if path.startswith(GROUPS):
            return self._row(self.groups, method, path.removeprefix(GROUPS).strip("/"), body)
        if path == "/session/login":
            return 200, b'{"sessionId": "00000000-0000-4000-8000-000000000000", "clientId": 1, "userId": 1}'
        if path == FIELDS:
            return self._slots(method, body)
        for listing, name in LISTS.items():
            rows = self.levelled[name]
            if method == "GET" and path == listing:
                return 200, json.dumps([*rows.values()]).encode()
            if path.startswith((listing, f"/account/{name}/")):
                number = path.rpartition("/")[2]
                return self._row(rows, method, number if number.isdigit() else "", body)
        return 404, b'{"code": 404, "message": "No such path."}'

    def _page(self, query: str) -> bytes:
        if query not in self._pages:
            asked = dict(pair.split("=") for pair in query.split("&"))
            offset, count = int(asked["offset"]), min(int(asked["count"]), 1000)
            rows = [*self.groups.values()]
            page: dict[str, Any] = {"contactGroup": rows[offset : offset + count]}
            if offset + count < len(rows):
                page["next"] = f"contact/contactGroups/?offset={offset + count}&count={count}"
            self._pages[query] = json.dumps(page).encode()
        return self._pages[query]

    def _row(
        self, rows: dict[int, dict[str, Any]], method: str, number: str, body: bytes
    ) -> tuple[int, bytes]:
        if method == "GET":
            row = rows.get(int(number))
            return (
                (200, json.dumps(row).encode()) if row else (404, b'{"code": 203, "message": "Not found."}')
            )
        self._pages.clear()
        if method == "POST":
            new = self.next_id
            self.next_id += 1
            rows[new] = {"id": new, "level": len(rows) + 1, **json.loads(body)}
            return 201, b'{"id": %d}' % new
        if method == "PUT":
            rows[int(number)].update(json.loads(body))
        else:
            rows.pop(int(number), None)
        return 204, b""

    def _slots(self, method: str, body: bytes) -> tuple[int, bytes]:
        if method == "GET":
            return 200, json.dumps({"customFields": [*self.fields.values()]}).encode()
        for row in json.loads(body)["customFields"]:
            self.fields.setdefault(row["field"], {}).update(row)
        return 204, b""


class Limit:
    """A bucket of `burst` requests that fills at `rate` a second; a rate of 0 refuses nobody."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self.level, self.at = float(burst), time.monotonic()

    def takes(self) -> bool:
        """Whether one more request is within the rate."""
        now = time.monotonic()
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.rate and self.level < 1:
            return False
        self.level -= 1
        return True


class Calls:
    """What was asked, and how much at once."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.under_way = self.most = 0

    def told(self) -> bytes:
        """Return the counts, and begin anew."""
        told = {"calls": dict(self.seen), "most_at_once": self.most}
        self.seen.clear()
        self.most = 0
        return json.dumps(told).encode()


class Connection(asyncio.Protocol):
    """One kept-alive connection: requests come one after the other, answers after the latency."""

    def __init__(self, tenant: Tenant, calls: Calls, limit: Limit, latency: float) -> None:
        self.tenant, self.calls, self.limit, self.latency = tenant, calls, limit, latency
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (what a TCP server hands out)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Take a request out of what has come, when it is whole."""
        self.received += data
        head = HEAD.match(self.received)
        if head is None:
            return
        length = LENGTH.search(head[3])
        end = head.end() + (int(length[1]) if length else 0)
        if len(self.received) < end:
            return
        body, self.received = self.received[head.end() : end], self.received[end:]
        method, target = head[1].decode(), head[2].decode()
        if target == "/_calls":
            self._send(200, self.calls.told())
            return
        self.calls.under_way += 1
        self.calls.most = max(self.calls.most, self.calls.under_way)
        asyncio.get_running_loop().call_later(self.latency, self._answer, method, target, body)

    def _answer(self, method: str, target: str, body: bytes) -> None:
        self.calls.under_way -= 1
        status, text = (429, b'{"code": 429, "message": "Slow down."}')
        if self.limit.takes():
            status, text = self.tenant.answer(method, target, body)
        self.calls.seen[f"{method} {status} {re.sub(r'[?].*|/[0-9]+', '', target)}"] += 1
        self._send(status, text)

    def _send(self, status: int, body: bytes) -> None:
        busy = b"Retry-After: 1\r\n" if status == 429 else b""
        self.transport.write(
            b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s"
            % (status, busy, len(body), body)
        )


async def serve(groups: int, latency_ms: float, rate: float, burst: int) -> None:
    """Serve on a free port of loopback until killed; the port is the first line on stdout."""
    tenant, calls, limit = Tenant(groups), Calls(), Limit(rate, burst)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(tenant, calls, limit, latency_ms / 1000), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


def main() -> None:
    """Serve as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--groups", type=int, default=0, help="contact groups that live already")
    parser.add_argument("--latency", type=float, default=20, help="milliseconds before each answer")
    parser.add_argument("--rate", type=float, default=0, help="requests a second, 0 for any")
    parser.add_argument("--burst", type=int, default=20, help="requests at once before the rate holds")
    asked = parser.parse_args()
    asyncio.run(serve(asked.groups, asked.latency, asked.rate, asked.burst))


if __name__ == "__main__":
    main()
