"""Clients that mean no good, or go away: their places are free for others within a second."""

import contextlib
import socket
import threading
import time

import openai
import pytest

from serving import CLIP, SENTENCE, eventually

PLACES = 128


def form(content):
    return (b"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n" + content + b"\r\n--XX--\r\n")


def head(length):
    return (f"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n"
            "Content-Type: multipart/form-data; boundary=XX\r\n\r\n").encode()


def ask(server):
    return server.client().audio.transcriptions.create(model="whisper-1", file=CLIP).text


def is_served(server):
    try:
        return ask(server) == SENTENCE
    except openai.RateLimitError:
        return False


def is_full(server):
    """Whether an upload is refused before it is sent."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head(1000))
        connection.settimeout(0.5)
        with contextlib.suppress(TimeoutError):
            return connection.recv(1000).startswith(b"HTTP/1.1 429")
    return False


class Drips:
    """Connections that get a byte a second each, until the server has cut them."""

    def __init__(self, server, count, begin):
        self.open = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
        for connection in self.open:
            connection.sendall(begin)
            connection.settimeout(0)
        self.first_cut = None
        self.thread = threading.Thread(target=self._drip, daemon=True)
        self.thread.start()

    def _drip(self):
        last = time.monotonic()
        while self.open:
            self.open = [connection for connection in self.open if not self._is_cut(connection)]
            if time.monotonic() - last > 1:
                last = time.monotonic()
                for connection in self.open:
                    with contextlib.suppress(OSError):
                        connection.send(b"a")
            time.sleep(0.02)

    def _is_cut(self, connection):
        try:
            gone = connection.recv(1000) == b""
        except BlockingIOError:
            gone = False
        except OSError:
            gone = True
        if gone:
            self.first_cut = self.first_cut or time.monotonic()
            connection.close()
        return gone


def test_uploads_that_drip_are_cut_and_their_places_are_free_within_a_second(launch):
    server = launch()
    drips = Drips(server, PLACES, head(1_000_000) + form(b"")[:-10])
    eventually(lambda: len(server.spooled()) == PLACES, 10, "the uploads")
    with pytest.raises(openai.RateLimitError):
        ask(server)
    eventually(lambda: drips.first_cut, 40, "the cut")
    eventually(lambda: not drips.open, 1, "the cut of all")
    eventually(lambda: is_served(server), 1, "a place")
    eventually(lambda: server.spooled() == [], 1, "the uploads' end")


def test_heads_that_drip_are_cut(launch):
    server = launch()
    drips = Drips(server, 256, b"POST /v1/audio/transcriptions HTTP/1.1\r\nX-Long: ")
    assert ask(server) == SENTENCE
    eventually(lambda: not drips.open, 40, "the cut of all")
    assert ask(server) == SENTENCE


def test_abandoned_requests_give_their_places_back_within_a_second(launch, long_clip):
    server = launch(FIELDOS_API_QUEUE="24")
    body = form(long_clip.read_bytes())
    asking = []
    for _ in range(40):
        asking.append(socket.create_connection(("127.0.0.1", server.port)))
        asking[-1].sendall(head(len(body)) + body)
    eventually(lambda: is_full(server), 10, "a queue that is full")
    for connection in asking:
        connection.close()
    eventually(lambda: is_served(server), 1, "a place")
    eventually(lambda: server.spooled() == [], 1, "the uploads' end")
