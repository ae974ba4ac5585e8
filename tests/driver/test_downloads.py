"""Answers too large for memory: handed on piece by piece, and into a file that appears whole."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from lvstate.driver import Driver, Transport
from lvstate.driver.spool import Spool
from lvstate.effects import Download, HttpFault, HttpReply, HttpRequest, Sink, Stage
from tests.driver.transports import Echo

GET = HttpRequest("GET", "/big", {})


class Pieces:
    """A sink in memory."""

    def __init__(self) -> None:
        self.starts = 0
        self.pieces: list[bytes] = []

    def start(self) -> None:
        """Count."""
        self.starts += 1

    def take(self, piece: bytes) -> bool:
        """Keep."""
        self.pieces.append(piece)
        return True


class Streaming(Echo):
    """A transport that can stream, and says so by doing it."""

    def download(self, request: HttpRequest, into: Sink, patience: float) -> HttpReply | HttpFault:
        """Stream three pieces."""
        into.start()
        for piece in (request.path.encode(), b"%.1f" % patience, b"end"):
            into.take(piece)
        return HttpReply(200, {}, b"")


class Failing(Echo):
    """A transport with a mistake in it."""

    def download(self, request: HttpRequest, into: Sink, patience: float) -> HttpReply | HttpFault:
        """Fail."""
        raise KeyError(request.path)


class Refusing(Echo):
    """Answers 404."""

    def perform(self, request: HttpRequest, deadline: float) -> HttpReply | HttpFault:
        """Refuse."""
        return HttpReply(404, {}, b"no such thing")


def download(transport: Transport, into: Sink) -> HttpReply | HttpFault:
    async def ask() -> HttpReply | HttpFault:
        return await Download(GET, into, 1.5)

    driver = Driver(transport)
    try:
        return driver.run(ask())
    finally:
        driver.close()


def test_a_transport_that_streams_is_let() -> None:
    sink = Pieces()
    assert download(Streaming(), sink) == HttpReply(200, {}, b"")
    assert (sink.starts, sink.pieces) == (1, [b"/big", b"1.5", b"end"])


def test_a_transport_that_cannot_stream_is_helped() -> None:
    sink = Pieces()
    assert download(Echo(), sink) == HttpReply(200, {}, b"")
    assert (sink.starts, sink.pieces) == (1, [b"/big"])


def test_an_answer_other_than_200_comes_whole() -> None:
    sink = Pieces()
    assert download(Refusing(), sink) == HttpReply(404, {}, b"no such thing")
    assert sink.starts == 0


def test_a_transport_that_raises_does_not_hang_the_run() -> None:
    result = download(Failing(), Pieces())
    assert isinstance(result, HttpFault)
    assert result.stage is Stage.MAYBE_SENT
    assert "/big" not in result.reason


def test_the_embedded_emulator_streams() -> None:
    from lvstate.cli.embedded import EmbeddedTransport

    def app(environ: object, start_response: object) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/csv")])  # type: ignore[operator]
        return [b"a", b"b"]

    sink = Pieces()
    assert download(EmbeddedTransport(app), sink) == HttpReply(200, {"content-type": "text/csv"}, b"")
    assert (sink.starts, sink.pieces) == (1, [b"a", b"b"])


def test_a_spool_appears_whole_over_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"before")
    with Spool(path) as spool:
        spool.start()
        assert spool.take(b"half")
        spool.start()
        assert spool.take(b"\x1f\x8bwhole")
        assert path.read_bytes() == b"before"
        spool.keep()
    assert path.read_bytes() == b"\x1f\x8bwhole"
    assert (spool.size, spool.compressed) == (7, True)
    assert list(tmp_path.iterdir()) == [path]


def test_a_spool_that_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    with Spool(tmp_path / "out") as spool:
        spool.take(b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_raised_when_the_file_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def write(self, piece: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            """Close."""

    with Spool(tmp_path / "out") as spool:
        spool._file.close()
        monkeypatch.setattr(spool, "_file", Full())
        assert not spool.take(b"x")
        with pytest.raises(OSError, match="No space left"):
            spool.keep()
    assert list(tmp_path.iterdir()) == []
