"""Where people and experimenters are received, before the API: the page at `/`, and control where it is on."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.wrappers import Response

from lvstate.emulator.http import visitors
from lvstate.emulator.http.conditions import Conditions
from lvstate.emulator.http.control import ROOT, Control
from lvstate.emulator.http.page import SHOWN_REQUESTS, View, page
from lvstate.emulator.http.refusals import Refused
from lvstate.emulator.http.request_log import RequestHistory
from lvstate.emulator.http.requests import EmulatorRequest
from lvstate.emulator.storage import Storage
from lvstate.emulator.tenant_view import glances

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Reception:
    """Receives what is no call of the API; `control` is None where it is off."""

    storage: Storage
    history: RequestHistory
    conditions: Conditions
    control: Control | None

    def answer(self, request: EmulatorRequest) -> Response | None:
        """The answer, or None for a call of the API."""
        if self.control is not None and request.path.startswith(ROOT):
            return self.control.answer(request)
        if request.path == "/" and request.verb == "GET" and "text/html" in request.headers.get("Accept", ""):
            return self._page(request)
        return None

    def _page(self, request: EmulatorRequest) -> Response:
        try:
            visitors.admit(request)
        except Refused as refusal:
            return refusal.response()
        search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
        with self.storage.read() as db:
            seen = glances(db, search)
        return page(
            View(
                url=request.host_url.rstrip("/"),
                search=search,
                glances=seen,
                requests=self.history.latest(SHOWN_REQUESTS),
                seen=self.history.seen,
                conditions=self.conditions.words(),
                is_live=self.control is not None,
            )
        )
