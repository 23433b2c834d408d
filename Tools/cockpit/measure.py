"""What the cockpit costs with many notes and many listeners. Prints one JSON object a part.

Usage: Tools/cockpit/run.sh [pages] [listeners] [soak] [operations] [--notes 10000] [--requests 200] [--listeners 500] [--minutes 3]
  pages      time to a page's whole HTML on a warm server, 200 requests each, one after another: p50, p95, most
  listeners  live streams of one server that hear each of 20 events, and how late
  operations the same for /ops, /metrics and /health/ready, each note delivered at the second attempt and transcribed
             within the last week
  soak       pages, searches, drafts and live streams as a rep makes them in an hour, pressed together; memory before, after
"""

import argparse
import asyncio
import http.client
import json
import os
import pathlib
import re
import sqlite3
import statistics
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Browser"))
from product import CLIPS, MockCRM, Server, eventually  # noqa: E402
from seed import seed, seed_week  # noqa: E402

PARTS = ("pages", "listeners", "soak", "operations")


class Visitor:
    """A signed-in browser without a screen: one kept connection."""

    def __init__(self, server):
        self.server = server
        self.link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        where = urllib.parse.urlsplit(server.link())
        self.link.request("GET", f"{where.path}?{where.query}")
        reply = self.link.getresponse()
        reply.read()
        self.cookie = "; ".join(
            value.split(";")[0] for name, value in reply.getheaders() if name.lower() == "set-cookie")
        assert self.cookie, f"not signed in: {reply.status}"

    def get(self, path):
        self.link.request("GET", path, headers={"Cookie": self.cookie, "Accept": "text/html"})
        reply = self.link.getresponse()
        body = reply.read()
        assert reply.status == 200, f"{path}: {reply.status}"
        return body

    def post(self, path, body, token):
        self.link.request("POST", path, json.dumps(body), {
            "Cookie": self.cookie, "Content-Type": "application/json", "Accept": "application/json",
            "Origin": self.server.url, "X-CSRF-Token": token})
        reply = self.link.getresponse()
        body = reply.read()
        assert reply.status in (200, 201, 204), f"{path}: {reply.status} {body[:200]}"


def pages(server, given):
    visitor = Visitor(server)
    notes = visitor.get("/notes")
    note = re.search(rb'href="(/notes/[0-9a-f]{32})"', notes).group(1).decode()
    rows = {}
    for path in ("/", "/notes", "/notes?q=drain", "/notes?q=mulch+wat", note, "/outbox", "/pipeline", "/settings"):
        rows["/notes/{id}" if path == note else path] = timed(visitor, path, given)
    return {"part": "pages", "notes": given.notes, "requests": given.requests, "pages": rows}


def operations(server, given):
    seed_week(server.data / "fieldos.sqlite")
    visitor = Visitor(server)
    paths = ("/ops?range=1h", "/ops?range=24h", "/ops?range=7d", "/metrics", "/health/ready")
    return {"part": "operations", "notes": given.notes, "requests": given.requests,
            "pages": {path: timed(visitor, path, given) for path in paths}}


def timed(visitor, path, given):
    for _ in range(10):
        visitor.get(path)
    times = []
    for _ in range(given.requests):
        begin = time.perf_counter()
        visitor.get(path)
        times.append((time.perf_counter() - begin) * 1e3)
    times.sort()
    return {"p50_ms": round(statistics.median(times), 2), "p95_ms": round(times[int(len(times) * .95) - 1], 2),
            "most_ms": round(times[-1], 2)}


async def listen(server, cookie, heard, ready):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n\r\n".encode())
    await writer.drain()
    ready.release()
    while line := await reader.readline():
        if b'"kind":"clip.stored"' in line:
            heard.append(time.time())


async def crowd(server, cookie, given):
    """Each event is a recording taken in by another process: heard from its commit on."""
    heard = [[] for _ in range(given.listeners)]
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(listen(server, cookie, ears, ready)) for ears in heard]
    for _ in tasks:
        await ready.acquire()
    await asyncio.sleep(1)
    said, loop = [], asyncio.get_running_loop()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(20):
            clip = pathlib.Path(folder) / f"{number}.wav"
            clip.write_bytes(next(iter(sorted(CLIPS.glob("*.wav")))).read_bytes() + bytes([number, 1]))
            await loop.run_in_executor(None, lambda: server.command("ingest", str(clip)))
            said.append(time.time())
            await asyncio.sleep(.2)
    await asyncio.sleep(2)
    for task in tasks:
        task.cancel()
    late = [moment - when for ears in heard for moment, when in zip(ears, said)]
    return {"part": "listeners", "listeners": given.listeners, "events": len(said),
            "heard_all": sum(len(ears) == len(said) for ears in heard), "most_late_s": round(max(late), 3),
            "note": "late is counted from the end of the process that stored the clip, so it may be negative"}


def listeners(server, given):
    return asyncio.run(crowd(server, Visitor(server).cookie, given))


def memory(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def rounds(visitor, note, token, until):
    count = 0
    while time.monotonic() < until:
        for path in ("/", "/notes", f"/notes?q=drain+{count % 100}", note, "/pipeline"):
            visitor.get(path)
        count += 1
        visitor.post(f"{note}/draft", {"text": f"Typed {count}", "editor": "soak"}, token)
    return count


def soak(server, given):
    visitor = Visitor(server)
    note = re.search(rb'href="(/notes/[0-9a-f]{32})"', visitor.get("/notes")).group(1).decode()
    token = re.search(rb'name="csrf-token" content="([^"]+)"', visitor.get(note)).group(1).decode()
    rounds(visitor, note, token, time.monotonic() + 20)
    before = memory(server)
    count = rounds(visitor, note, token, time.monotonic() + given.minutes * 60)
    after = memory(server)
    return {"part": "soak", "rounds": count, "pages": count * 5, "minutes": given.minutes,
            "before_mb": round(before, 1), "after_mb": round(after, 1), "growth": round(after / before - 1, 4)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", default=list(PARTS))
    for name, value in (("notes", 10_000), ("requests", 200), ("listeners", 500), ("minutes", 3)):
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    for part in given.parts:
        if part not in PARTS:
            parser.error(f"no part '{part}'. Known: {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        crm = MockCRM()
        server = Server(pathlib.Path(folder) / "data", crm.push, {"FIELDOS_FINAL_WORKER_MOCK": "true"}, ["--demo-data"])
        try:
            server.start()
            eventually(lambda: count(server, "people") > 0, 30, "the demo data")
            seed(server.data / "fieldos.sqlite", given.notes)
            for part in given.parts or PARTS:
                server.stop()
                server.start()
                print(json.dumps(globals()[part](server, given)), flush=True)
        finally:
            server.stop()
            crm.stop()


def count(server, table):
    link = sqlite3.connect(f"file:{server.data}/fieldos.sqlite?mode=ro", uri=True)
    try:
        return link.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
    finally:
        link.close()


if __name__ == "__main__":
    main()
