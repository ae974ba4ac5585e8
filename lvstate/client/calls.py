"""Makes calls as their user spelled them, in a session, and hands the answers back as they came."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lvstate.client.documents import NotJson, parse
from lvstate.client.failures import failure
from lvstate.client.paging import all_rows
from lvstate.client.secrets import Secret
from lvstate.client.session import Send, WritingSession
from lvstate.client.verdict import ABSENT, Certainty, Flavour, Verdict, judge
from lvstate.effects import Download, Http, HttpFault, HttpReply, HttpRequest, Sink
from lvstate.errors import LvstateError, ServiceError, UncertainError, UsageError
from lvstate.wire.calls import Call, method_of, target_of
from lvstate.wire.fields import Field, document_of, query_of

_SURELY_SECRET = 16
"""Characters from which on a secret is taken out of good answers too: shorter ones may be words in them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered; `error` says why it is not what was asked for."""

    status: int
    body: bytes = field(repr=False)
    error: LvstateError | None = None


class Caller(WritingSession):
    """Makes any call of the vendor's APIs; only `api` is given one."""

    async def call(self, call: Call, into: Sink | None = None) -> Answer:
        """Make a call and return the answer, good or bad; with `into` the body of a 200 goes there.

        Reads try again; a write is sent again only when the service surely did not carry it out.
        Raises AuthError, NetworkError or ServiceError when there is no answer, UncertainError when a
        write has none.
        """
        verdict = await self._judged(call, into)
        reply = verdict.reply
        error = None if verdict.fine else _error(call, verdict)
        if reply is None:
            raise error or ServiceError("no answer")
        if error is None and call.logs_in:  # the session that it brings is what was asked for
            return Answer(reply.status, reply.body)
        at_least = _SURELY_SECRET if error is None else 0
        return Answer(reply.status, self._cleaned(reply.body, at_least), error)

    async def rows(self, call: Call) -> list[str]:
        """Return the rows of all pages, each as a line of JSON; raises rather than return a part."""

        async def ask(offset: int, count: int) -> Any:
            page = call.page(offset, count)
            verdict = await self._judged(page, None)
            if not verdict.fine:
                raise _error(page, verdict)
            return None if verdict.document is ABSENT else verdict.document

        lines = await all_rows(call.paged, ask)
        return [self._redactor.clean(line, at_least=_SURELY_SECRET) for line in lines]

    async def _judged(self, call: Call, into: Sink | None) -> Verdict:
        def judged(result: HttpReply | HttpFault) -> Verdict:
            return judge_call(result, streamed=into is not None)

        async def send(session_id: Secret) -> Verdict:
            return await exchange({"LV-Session": session_id.reveal()})

        async def exchange(who: Mapping[str, str]) -> Verdict:
            request = HttpRequest(call.method, call.target, {**call.headers, **who}, call.body)
            timeout = self._timeout
            effect = Http(request, timeout, call.writes) if into is None else Download(request, into, timeout)
            return await self._exchange(effect, judged, writes=call.writes)

        if call.sessionless:
            token = self._credentials.access_token
            return await exchange({"LV-Access": token.reveal()} if token else {})
        proceed: Send = send
        return await (self._write_once(proceed) if call.writes else self._read_patiently(proceed))

    def _cleaned(self, body: bytes, at_least: int) -> bytes:
        text = body.decode("utf-8", "surrogateescape")
        return self._redactor.clean(text, at_least=at_least).encode("utf-8", "surrogateescape")


def spelled(
    method: str,
    path: str,
    fields: Sequence[Field],
    body: bytes | None = None,
    *,
    read: Callable[[str], str],
    gzip: bool = False,
) -> Call:
    """Put a call together: fields make the body, or the query of a GET and beside a body.

    `read` brings the text of the file that a field names. Raises UsageError for what cannot be sent.
    """
    verb = method_of(method)
    document = document_of(fields, read)
    into_query = verb == "GET" or body is not None
    target = target_of(path, query_of(document) if into_query else ())
    if body is not None:
        if verb == "GET":
            raise UsageError("GET carries no body", hint="leave --input out")
        try:
            return Call(verb, target, body, parse(body), gzip)
        except NotJson as error:
            raise UsageError(f"the input cannot be sent: {error}") from error
    if into_query or not document:
        return Call(verb, target, gzip=gzip)
    return Call(verb, target, json.dumps(document).encode(), document, gzip)


def judge_call(result: HttpReply | HttpFault, *, streamed: bool = False) -> Verdict:
    """Judge an exchange that may bring more than JSON: CSV, compressed bytes, or a partial success.

    A 202 with a code is a refusal in a success's clothes (REFERENCE 2.2, `Contact already exists!`).
    `streamed` says that the body of a 200 went elsewhere, so that only its headers can be judged.
    """
    verdict = judge(result)
    if isinstance(result, HttpFault):
        return verdict
    verdict = verdict._replace(reply=result)
    if result.status == 202 and verdict.code is not None:
        return verdict._replace(certainty=Certainty.NOT_DONE, flavour=Flavour.REFUSED)
    kind = result.headers.get("content-type", "").lower()
    damaged = "html" in kind or ("json" in kind and result.status in (200, 201, 204))
    if streamed and result.status == 200 and "html" in kind:
        reason = f"the answer is not from the API: status 200 with {kind[:60]}"
        return verdict._replace(certainty=Certainty.UNKNOWN, flavour=Flavour.BROKEN, reason=reason)
    if 200 <= result.status < 300 and not damaged:
        return verdict._replace(certainty=Certainty.DONE, flavour=Flavour.OK, reason="")
    return verdict


def _error(call: Call, verdict: Verdict) -> LvstateError:
    if call.writes and verdict.certainty is not Certainty.NOT_DONE:
        return UncertainError(
            f"{call.shown} may have been carried out: {verdict.reason}",
            hint="it was sent once; look at the tenant before sending it again",
        )
    match verdict.flavour:
        case Flavour.REFUSED | Flavour.NO_METHOD | Flavour.MISSING:
            return ServiceError(f"the service refused ({verdict.reason})")
        case _:
            return failure(verdict)
