"""A phone without a browser: records into a running product over its own protocol, and hears what the page is told."""

import hashlib
import http.client
import json
import pathlib
import threading
import time
import urllib.parse
import uuid

RATE, STEP = 16000, 0.3


class Phone:
    """Signed in by the link that `up` writes."""

    def __init__(self, data, port):
        self.port, self.cookie = port, ""
        link = urllib.parse.urlsplit(pathlib.Path(data, "cockpit.link").read_text().strip())
        answer, _ = self.ask("GET", f"{link.path}?{link.query}")
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        self.csrf = json.loads(self.ask("GET", "/api/session")[1])["csrf"]
        self.told, self.listening = [], threading.Event()
        threading.Thread(target=self.listen, daemon=True).start()
        self.listening.wait(10)

    def head(self):
        return {"Host": f"127.0.0.1:{self.port}", "Accept": "application/json", "Cookie": self.cookie}

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        kept = self.head() | headers
        if method != "GET":
            kept["X-CSRF-Token"] = self.csrf
        connection.request(method, path, body, kept)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:200]}")
        return answer, text

    def post(self, path, value):
        return json.loads(self.ask("POST", path, json.dumps(value), **{"Content-Type": "application/json"})[1] or "null")

    def listen(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/live", headers=self.head())
        stream = connection.getresponse()
        self.listening.set()
        try:
            for line in stream:
                if line.startswith(b"data: "):
                    event = json.loads(line[6:])
                    if event["kind"] == "live.words":
                        self.told.append(event)
        except (OSError, http.client.HTTPException, AttributeError, ValueError):
            return  # the server ended

    def record(self, pcm, meanwhile=lambda seconds: None):
        """Sends 16-bit samples at the pace of speech and finishes; the note's identifier."""
        recording, note = uuid.uuid4().hex, uuid.uuid4().hex
        self.post("/api/recordings", {"id": recording, "note": note, "started": time.time() * 1000})
        size = int(RATE * STEP) * 2
        parts = [pcm[at:at + size] for at in range(0, len(pcm), size)]
        begin, digests = time.monotonic(), b""
        for number, part in enumerate(parts):
            time.sleep(max(0, begin + (number + 1) * STEP - time.monotonic()))
            digest = hashlib.sha256(part)
            digests += digest.digest()
            path = f"/api/recordings/{recording}/chunks/{number}?of={number + 1}"
            self.ask("PUT", path, part, **{"X-SHA-256": digest.hexdigest()})
            meanwhile((number + 1) * STEP)
        whole = {"chunks": len(parts), "frames": len(pcm) // 2, "sha256": hashlib.sha256(digests).hexdigest()}
        self.post(f"/api/recordings/{recording}/finish", whole)
        return recording, note

    def words(self, recording):
        return json.loads(self.ask("GET", f"/api/recordings/{recording}/words")[1])
