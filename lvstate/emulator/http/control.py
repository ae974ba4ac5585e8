"""The laboratory over HTTP: `/_emulator/`, a path the vendor does not use, open only where control is on.

    GET, PUT, DELETE  faults            the script; PUT begins it anew, DELETE ends it
    GET               faults/counts     how often each rule matched and struck
    GET, PUT          conditions        {"latency_ms", "rate", "session_lifetime"}; what is left out stays
    GET               requests          {"seen", "requests": [...]}, newest first; ?count= at most 200
    POST              sessions/expire   {"expired": n}; all, or the one of {"session": ID}
    GET               tenant            the tenant document

No session is needed, no fault, latency or rate applies, and nothing of it is logged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from werkzeug.wrappers import Response

from lvstate.emulator import fault_documents, tenant_document
from lvstate.emulator.backend.refusals import InvalidValue, Refusal
from lvstate.emulator.backend.sessions import Sessions
from lvstate.emulator.errors import UnusableDocument
from lvstate.emulator.faults import Faults, Script
from lvstate.emulator.http import visitors
from lvstate.emulator.http.answers import json_answer, no_content
from lvstate.emulator.http.bodies import read_json, read_object
from lvstate.emulator.http.conditions import Conditions
from lvstate.emulator.http.refusals import Refused, refused
from lvstate.emulator.http.request_log import REMEMBERED, RequestHistory
from lvstate.emulator.http.requests import EmulatorRequest
from lvstate.emulator.storage import Storage

ROOT = "/_emulator/"

Handler = Callable[[EmulatorRequest], Response]


@dataclass(frozen=True)
class Control:
    """Answers what is below `/_emulator/`."""

    faults: Faults
    conditions: Conditions
    history: RequestHistory
    sessions: Sessions
    storage: Storage

    def answer(self, request: EmulatorRequest) -> Response:
        """Answer a request below the root; raises nothing that a request can cause."""
        try:
            visitors.admit(request)
            verbs = self._routes().get(request.path.removeprefix(ROOT).rstrip("/"))
            if verbs is None:
                raise Refused(404, f"Below {ROOT} there are {', '.join(self._routes())}.")
            handler = verbs.get(request.verb)
            if handler is None:
                allowed = ", ".join(sorted(verbs))
                raise Refused(405, f"This path answers {allowed}.", headers={"Allow": allowed})
            return handler(request)
        except Refused as refusal:
            return refusal.response()
        except Refusal as refusal:
            return refused(refusal).response()
        except UnusableDocument as error:
            problems = [asdict(violation) for violation in error.violations]
            return json_answer({"code": 400, "message": str(error), "problems": problems}, 400)

    def _routes(self) -> Mapping[str, Mapping[str, Handler]]:
        return {
            "faults": {"GET": self._script, "PUT": self._begin, "DELETE": self._end},
            "faults/counts": {"GET": self._counts},
            "conditions": {"GET": self._conditions, "PUT": self._change_conditions},
            "requests": {"GET": self._requests},
            "sessions/expire": {"POST": self._expire},
            "tenant": {"GET": self._tenant},
        }

    def _script(self, _: EmulatorRequest) -> Response:
        return json_answer(self.faults.script.document)

    def _begin(self, request: EmulatorRequest) -> Response:
        self.faults.replace(fault_documents.read(read_json(request)))
        return no_content()

    def _end(self, _: EmulatorRequest) -> Response:
        self.faults.replace(Script())
        return no_content()

    def _counts(self, _: EmulatorRequest) -> Response:
        return json_answer({"rules": [asdict(count) for count in self.faults.counts()]})

    def _conditions(self, _: EmulatorRequest) -> Response:
        return json_answer(self.conditions.document())

    def _change_conditions(self, request: EmulatorRequest) -> Response:
        document: Any = read_json(request)
        self.conditions.change(document)
        return no_content()

    def _requests(self, request: EmulatorRequest) -> Response:
        asked = request.args.get("count", str(REMEMBERED))
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
            raise InvalidValue("count must be a number that is not negative.")
        latest = self.history.latest(int(asked)) if int(asked) else []
        return json_answer({"seen": self.history.seen, "requests": latest})

    def _expire(self, request: EmulatorRequest) -> Response:
        session = read_object(request, may_be_empty=True).text("session")
        return json_answer({"expired": self.sessions.expire(session)})

    def _tenant(self, _: EmulatorRequest) -> Response:
        with self.storage.read() as db:
            # Whole, because in memory nobody else is served while it is read.
            document = "".join(tenant_document.dump(db))
        return Response(document.encode(), content_type="application/json")
