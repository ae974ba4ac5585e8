"""Threads that perform exchanges, as many as are needed at once; nothing else of a run leaves its thread."""

from __future__ import annotations

from http import HTTPStatus
from queue import SimpleQueue
from threading import Thread
from typing import Protocol, runtime_checkable

from lvstate.effects import Download, Http, HttpFault, HttpReply, HttpRequest, Sink, Stage

Result = HttpReply | HttpFault


class Transport(Protocol):
    """Sends one request and brings one answer; called from several threads at once."""

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Perform a whole exchange within `deadline` seconds; never raises, never retries."""


@runtime_checkable
class Downloader(Protocol):
    """What a transport can do besides, when it need not keep answers in memory."""

    def download(self, request: HttpRequest, into: Sink, patience: float) -> HttpReply | HttpFault:
        """Send a request and hand the body of a 200 on piece by piece; never raises, never retries."""


class Workers:
    """Takes exchanges by number and hands back their results, in whatever order they end."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._jobs: SimpleQueue[tuple[int, Http | Download] | None] = SimpleQueue()
        self._results: SimpleQueue[tuple[int, Result] | None] = SimpleQueue()
        self._started = 0
        self._usable = 0
        """Threads that are not stuck."""

    def begin(self, number: int, effect: Http | Download, under_way: int) -> None:
        """Perform an exchange; `under_way` counts it and those that have not ended nor been given up."""
        if self._usable < under_way:
            self._usable += 1
            self._started += 1
            Thread(target=self._work, name=f"lvstate-http-{self._started}", daemon=True).start()
        self._jobs.put((number, effect))

    @property
    def idle(self) -> bool:
        """Whether a `wait` would have to wait."""
        return self._results.empty()

    def wait(self, timeout: float | None) -> tuple[int, Result] | None:
        """Return the next result; None when `wake` was called. Raises Empty after so many seconds."""
        return self._results.get(timeout=timeout)

    def wake(self) -> None:
        """End a `wait`; may be called from a signal handler."""
        self._results.put(None)

    def stuck(self) -> None:
        """Take note that somebody does not wait for an exchange any more: its thread is of no use."""
        self._usable -= 1

    def loose(self) -> None:
        """Take note that the result of such an exchange came after all."""
        self._usable += 1

    def close(self) -> None:
        """Let the threads go, those that are stuck as soon as they come loose."""
        for _ in range(self._started):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            number, effect = job
            if isinstance(effect, Http):
                self._results.put((number, self._transport.perform(effect.request, effect.deadline)))
            else:
                self._results.put((number, self._download(effect)))

    def _download(self, effect: Download) -> Result:
        """Let the transport stream, or stream for it; an error must not be lost: no timer would tell of it."""
        request, into, patience = effect.request, effect.into, effect.patience
        try:
            if isinstance(self._transport, Downloader):
                return self._transport.download(request, into, patience)
            result = self._transport.perform(request, patience)
            if isinstance(result, HttpFault) or result.status != HTTPStatus.OK:
                return result
            into.start()
            into.take(result.body)
        except Exception as error:  # noqa: BLE001 (whatever it is, somebody waits for it)
            return HttpFault(Stage.MAYBE_SENT, f"the download failed ({type(error).__name__})")
        return HttpReply(result.status, result.headers, b"")
