"""64 clients on one server: no request lost, equal shares a key, throughput beside the engine's own, memory."""

import argparse
import asyncio
import collections
import json
import os
import pathlib
import resource
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests/Server"))
from serving import CLIPS, Serving  # noqa: E402


def engine_rate(server, clips):
    """Seconds of sound a second, as `fieldos transcribe` decodes the same clips in batches."""
    files = clips * 16
    began = time.monotonic()
    server.printed(clips[0])
    start = time.monotonic() - began
    began = time.monotonic()
    lines = server.printed(*files, "--format", "verbose_json")
    took = time.monotonic() - began - start
    decoder, at, sound = json.JSONDecoder(), 0, 0.0
    while at < len(lines):
        document, at = decoder.raw_decode(lines, at)
        sound += document["duration"]
        at += len(lines[at:]) - len(lines[at:].lstrip())
    return sound / took


def form(clip):
    """A clip's form, made once: clients are to cost little, for they share the server's cores."""
    part = '--XX\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    fields = part.format("model", "whisper-1") + part.format("response_format", "verbose_json")
    file = '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    return fields.encode() + file.encode() + clip.read_bytes() + b"\r\n--XX--\r\n"


class Client:
    """One connection that is kept, with one key."""

    def __init__(self, port, key):
        self.port, self.key, self.reader = port, key, None

    async def ask(self, body):
        """The answer's JSON."""
        if self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)
        head = (f"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                f"Authorization: Bearer {self.key}\r\nContent-Length: {len(body)}\r\n"
                "Content-Type: multipart/form-data; boundary=XX\r\n\r\n").encode()
        self.writer.write(head + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise ConnectionError(head.splitlines()[0].decode())
        if b"transfer-encoding: chunked" not in head:
            length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
            return json.loads(await self.reader.readexactly(length))
        whole = b""
        while size := int(await self.reader.readline(), 16):
            whole += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readline()
        return json.loads(whole)


async def ask_on(server, key, forms, until, tally):
    client, turn = Client(server.port, key), 0
    while time.monotonic() < until:
        body = forms[turn % len(forms)]
        turn += 1
        try:
            heard = await client.ask(body)
            if time.monotonic() < until:
                tally["sound", key] += heard["duration"]
            tally["served"] += 1
        except (OSError, EOFError, ValueError, asyncio.IncompleteReadError) as error:
            tally["lost"] += 1
            client.reader = None
            print("lost:", error)
        if turn % 8 == 1:
            tally["memory"] = max(tally["memory"], server.memory())


async def load(server, keys, forms, clients, seconds, tally):
    until = time.monotonic() + seconds
    # The first key has most of the clients: shares are by key, not by client. Of the others' eight one always waits: while
    # its answer travels a client asks for nothing, and recordings that are decoded together end together.
    crowd = [keys[0]] * (clients - 8 * (len(keys) - 1)) + [key for key in keys[1:] for _ in range(8)]
    await asyncio.gather(*(ask_on(server, key, forms, until, tally) for key in crowd))


def processor_seconds(pid):
    """What a process has used of the processor."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def used(server):
    own = resource.getrusage(resource.RUSAGE_SELF)
    return [processor_seconds(server.engine_pid()), processor_seconds(server.process.pid), own.ru_utime + own.ru_stime]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--keys", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    clips = sorted(CLIPS.glob("*.wav"))
    with tempfile.TemporaryDirectory() as folder:
        server = Serving(pathlib.Path(folder) / "data")
        try:
            alone = engine_rate(server, clips)
            keys = [server.command("keys", "add", f"key {number}").stdout.strip() for number in range(asked.keys)]
            tally = collections.Counter()
            before, spent = server.memory(), used(server)
            asyncio.run(load(server, keys, [form(clip) for clip in clips], asked.clients, asked.seconds, tally))
            spent = [now - then for now, then in zip(used(server), spent)]
            alone = (alone + engine_rate(server, clips)) / 2
        finally:
            server.stop()
    shares = [tally["sound", key] / asked.seconds for key in keys]
    print(f"{asked.clients} clients, {asked.keys} keys, {asked.seconds} s: {tally['served']} served, {tally['lost']} lost")
    print("seconds of sound a second, by key:", " ".join(f"{share:.2f}" for share in shares))
    print(f"smallest share / largest: {min(shares) / max(shares):.3f}")
    print(f"together {sum(shares):.2f}, the engine alone {alone:.2f}: {sum(shares) / alone:.3f}")
    print("of the processor: engine {:.1f} s, server {:.1f} s, clients {:.1f} s".format(*spent))
    print(f"server's own memory: {before / 1e6:.0f} MB before, {tally['memory'] / 1e6:.0f} MB at most")
    return 1 if tally["lost"] else 0


sys.exit(main())
