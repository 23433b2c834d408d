"""A CRM that misbehaves, and keeps a journal of what it received and how it answered.

A note counts as received when its whole body has come; it is in the journal, synced, before the answer goes out. What
the sender can know of that depends on the answer: see FAULTS.
"""

import hashlib
import json
import os
import random
import socket
import threading
import time

# What can happen to a request: name, weight, whether the CRM has taken the note, whether the sender can know it.
FAULTS = {
    "ok": (50, True, True),
    "slow": (6, True, True),  # in time
    "bad_json": (4, True, True),  # 200 with a body that is no JSON
    "error_503": (8, False, True),
    "error_429": (2, False, True),
    "error_html": (3, False, True),
    "error_400": (1, False, True),  # final: a person has to flush
    "cut_at_once": (4, False, False),
    "cut_in_request": (4, False, False),
    "cut_before_reply": (6, True, False),
    "cut_in_headers": (4, True, False),
    "cut_in_body": (4, True, False),
    "late": (3, True, False),  # after the sender's time-out
    "garbage": (4, True, False),
    "twice": (4, True, False),  # the reply's bytes come twice
}
REPLY = b'{"status":"ok"}'


class FaultyCRM:
    """Listens on a port of its own. Healthy until `faults` is set; `close` ends it."""

    def __init__(self, journal, seed, timeout_seconds):
        self.faults = False
        self.timeout_seconds = timeout_seconds
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.entries = []
        self.counts = {}
        self.journal = open(journal, "a", encoding="utf-8")
        self.is_closed = False
        self.listener = self.listen(0)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}/crm/push"

    def close(self):
        self.is_closed = True
        self.listener.close()

    @staticmethod
    def listen(port):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        listener.settimeout(0.2)
        return listener

    def accept(self):
        while not self.is_closed:
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                if self.faults and self.random.random() < 0.05:
                    self.be_down()
                continue
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def be_down(self):
        """Nobody listens for a while: connections are refused."""
        self.listener.close()
        with self.lock:
            self.counts["down"] = self.counts.get("down", 0) + 1
        time.sleep(0.2 + self.random.random())
        while not self.is_closed:
            try:
                self.listener = self.listen(self.port)
                return
            except OSError:
                time.sleep(0.05)

    def serve(self, connection):
        try:
            with connection:
                connection.settimeout(10)
                while self.exchange(connection):
                    pass
        except OSError:
            pass  # the sender went away, or was killed

    def draw(self):
        with self.lock:
            if self.faults:
                fault = self.random.choices(list(FAULTS), [weight for weight, _, _ in FAULTS.values()])[0]
            else:
                fault = "ok"
            return fault, self.random.random() < 0.3

    def exchange(self, connection):
        """One request and what comes back. True where the connection stays open for another."""
        head = receive_head(connection)
        if head is None:
            return False
        fault, is_kept = self.draw()
        if fault in ("cut_at_once", "cut_in_request"):
            if fault == "cut_in_request":
                connection.recv(64)
            return self.cut(connection, fault)
        headers, rest = head
        body = receive_body(connection, rest, int(headers.get("content-length", "0")))
        if body is None:
            return False
        taken = FAULTS[fault][1]
        entry = self.note(headers.get("idempotency-key", ""), body, fault, taken)
        answered = self.answer(connection, fault, is_kept)
        with self.lock:
            entry["answered_at"] = time.monotonic()
        return answered

    def note(self, key, body, fault, taken):
        """Puts a received note into the journal, synced, before anything is answered."""
        entry = {
            "at": time.monotonic(), "key": key, "sha256": hashlib.sha256(body).hexdigest(), "fault": fault,
            "taken": taken, "body": body.decode("utf-8", "replace"),
        }  # fmt: skip
        with self.lock:
            self.count(fault)
            self.journal.write(json.dumps(entry) + "\n")
            self.journal.flush()
            os.fsync(self.journal.fileno())
            self.entries.append(entry)
        return entry

    def count(self, fault):
        self.counts[fault] = self.counts.get(fault, 0) + 1

    def cut(self, connection, fault):
        with self.lock:
            self.count(fault)
        reset(connection)
        return False

    def answer(self, connection, fault, is_kept):
        if fault == "late":
            time.sleep(self.timeout_seconds + 0.5)
        elif fault == "slow":
            time.sleep(self.timeout_seconds * 0.4)
        if fault == "cut_before_reply":
            reset(connection)
        elif fault == "cut_in_headers":
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")
            reset(connection)
        elif fault == "cut_in_body":
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + REPLY)
            reset(connection)
        elif fault == "garbage":
            connection.sendall(bytes(self.random.randrange(256) for _ in range(300)))
        elif fault == "twice":
            connection.sendall(http(200, REPLY, True) * 2)
        elif fault == "error_429":
            connection.sendall(http(429, b"{}", is_kept, "Retry-After: 1\r\n"))
            return is_kept
        elif fault.startswith("error_"):
            code = {"error_503": 503, "error_html": 500, "error_400": 400}[fault]
            connection.sendall(http(code, b"<html><h1>Sorry</h1></html>", is_kept))
            return is_kept
        else:
            connection.sendall(http(200, b"{oops" if fault == "bad_json" else REPLY, is_kept))
            return is_kept
        return False


def http(code, body, is_kept, more=""):
    """The bytes of a reply."""
    connection = "keep-alive" if is_kept else "close"
    return f"HTTP/1.1 {code} X\r\nContent-Length: {len(body)}\r\nConnection: {connection}\r\n{more}\r\n".encode() + body


def receive_head(connection):
    """The headers of the next request and what came behind them; None at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk or len(data) > 100_000:
            return None
        data += chunk
    head, rest = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}, rest


def receive_body(connection, rest, size):
    """The whole body; None where the sender stopped before its end."""
    while len(rest) < size:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        rest += chunk
    return rest[:size]


def reset(connection):
    """Ends a connection with a reset, as a crashed machine or a middlebox does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()
