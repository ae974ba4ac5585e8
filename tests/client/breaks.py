"""Ways in which an answer breaks off, by name."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.client.misbehaving_server import Conversation, answer

BREAKS: dict[str, Callable[[Conversation], None]] = {}


def breaks(behave: Callable[[Conversation], None]) -> Callable[[Conversation], None]:
    BREAKS[behave.__name__.replace("_", " ")] = behave
    return behave


@breaks
def reset_before_the_answer(conversation: Conversation) -> None:
    conversation.request()
    conversation.reset()


@breaks
def end_before_the_answer(conversation: Conversation) -> None:
    conversation.request()
    conversation.close()


@breaks
def reset_after_the_status(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\n")
    time.sleep(0.02)
    conversation.reset()


@breaks
def reset_in_the_body(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n", b'{"id": 22')
    time.sleep(0.02)
    conversation.reset()


@breaks
def end_in_the_body(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n", b'{"id": 22')
    conversation.close()


@breaks
def chunks_without_an_end(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"2\r\n[1\r\n")
    conversation.close()


@breaks
def a_chunk_cut_short(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"ff\r\n[1")
    conversation.close()


@breaks
def a_chunk_of_no_size(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"zz\r\n[1\r\n0\r\n\r\n")
    conversation.close()


@breaks
def not_http(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"220 smtp.example.test ESMTP\r\n")
    conversation.close()


@breaks
def too_many_headers(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 500, b"\r\n")
    conversation.close()


@breaks
def a_header_without_end(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nA: ", b"b" * 100_000)
    conversation.close()


@breaks
def gzip_that_is_none(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(answer("200 OK", b"not gzip at all", "Content-Encoding: gzip"))
    conversation.close()


@breaks
def two_lengths(conversation: Conversation) -> None:
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n[]")
    conversation.close()
