"""64 clients on one server: no request lost, equal shares a key, throughput beside the engine's own, memory."""

import argparse
import asyncio
import collections
import json
import pathlib
import sys
import tempfile
import time

import openai

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


async def ask_on(server, key, clips, until, tally):
    async with server.client(openai.AsyncOpenAI, api_key=key, timeout=300) as client:
        turn = 0
        while time.monotonic() < until:
            clip = clips[turn % len(clips)]
            turn += 1
            try:
                heard = await client.audio.transcriptions.create(
                    model="whisper-1", file=clip, response_format="verbose_json")
                if time.monotonic() < until:
                    tally["sound", key] += heard.duration
                tally["served"] += 1
            except openai.APIError as error:
                tally["lost"] += 1
                print("lost:", error)
            tally["memory"] = max(tally["memory"], server.memory())


async def load(server, keys, clips, clients, seconds, tally):
    until = time.monotonic() + seconds
    # All keys but the first have three clients each: shares are by key, not by client.
    crowd = [keys[0]] * (clients - 3 * (len(keys) - 1)) + [key for key in keys[1:] for _ in range(3)]
    await asyncio.gather(*(ask_on(server, key, clips, until, tally) for key in crowd))


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
            before = server.memory()
            asyncio.run(load(server, keys, clips, asked.clients, asked.seconds, tally))
        finally:
            server.stop()
    shares = [tally["sound", key] / asked.seconds for key in keys]
    print(f"{asked.clients} clients, {asked.keys} keys, {asked.seconds} s: {tally['served']} served, {tally['lost']} lost")
    print("seconds of sound a second, by key:", " ".join(f"{share:.2f}" for share in shares))
    print(f"smallest share / largest: {min(shares) / max(shares):.3f}")
    print(f"together {sum(shares):.2f}, the engine alone {alone:.2f}: {sum(shares) / alone:.3f}")
    print(f"server's own memory: {before / 1e6:.0f} MB before, {tally['memory'] / 1e6:.0f} MB at most")
    return 1 if tally["lost"] else 0


sys.exit(main())
