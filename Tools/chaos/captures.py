"""Kills, aborts, hangs and slows the engine of live words while somebody speaks. Whatever happens to it, the capture
completes, its audio is whole, the final transcript comes, and the page says what happened. Started by captures.sh."""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import wave

import checks
import lanes
from phone import RATE, Phone

FAULTS = ["kill", "abort", "hang", "slow"]
ROOT = pathlib.Path(__file__).resolve().parents[2]


def options():
    parser = argparse.ArgumentParser(prog="Tools/chaos/captures.sh", description=__doc__)
    parser.add_argument("--captures", type=int, default=10, help="how many in all, each with one fault; default 10")
    parser.add_argument("--lanes", type=int, default=2, help="how many at a time; default 2")
    parser.add_argument("--seed", type=int, help="repeats a plan; default: random, printed")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--binary", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not chosen.binary.exists():
        parser.exit(2, f"{chosen.binary}: not there. Build it: swift build -c release --product fieldos\n")
    chosen.seed = random.SystemRandom().randrange(1 << 31) if chosen.seed is None else chosen.seed
    return chosen


def until(question, seconds, what):
    end = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not come within {seconds} s")
        time.sleep(0.1)
    return answer


def speech(draw):
    """Some 20 seconds of sentences with pauses between them, in an order of their own."""
    pcm = b""
    clips = sorted(ROOT.glob("Sources/fieldos/Resources/samples/*.wav"))
    while len(pcm) < 20 * RATE * 2:
        with wave.open(str(draw.choice(clips))) as clip:
            pcm += clip.readframes(clip.getnframes()) + bytes(RATE)
    return pcm


class Capture:
    def __init__(self, number, seed, binary, work):
        self.draw = random.Random(f"{seed}-{number}")
        self.fault = FAULTS[number % len(FAULTS)]
        self.binary, self.work, self.blows, self.struck = binary, work, 0, 0

    def run(self):
        self.work.mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = kept | {
            "FIELDOS_DATA_DIR": str(self.work / "data"), "FIELDOS_PORT": str(self.port),
            "FIELDOS_WHISPER_MODEL": "demo-en", "FIELDOS_CRM_ENDPOINT": "http://127.0.0.1:9/none",
        }  # fmt: skip
        with open(self.work / "up.log", "w") as log:
            self.up = subprocess.Popen(
                [self.binary, "up", "--final-worker"], env=environment, stdout=log, stderr=log, cwd=self.work)
            try:
                return self.capture()
            finally:
                self.up.terminate()
                self.up.wait(30)

    def capture(self):
        until(lambda: (self.work / "data/cockpit.link").exists(), 60, "the product")
        phone, pcm = Phone(self.work / "data", self.port), speech(self.draw)
        at = self.draw.uniform(2, 9)
        recording, note = phone.record(pcm, lambda second: self.strike(second, at))
        problems = []
        with_transcript = until(lambda: self.transcript(note), 120, "the final transcript")
        if not with_transcript["text"].strip():
            problems.append("the final transcript is empty")
        (clip,) = (self.work / "data/audio_cache").glob("clip_*.wav")
        with wave.open(str(clip)) as kept:
            if kept.readframes(kept.getnframes()) != pcm:
                problems.append("the audio is not what was spoken")
        live = until(lambda: self.live(note), 120, "the end of the live words")
        problems += self.judge(phone, recording, live)
        return {"fault": self.fault, "blows": self.blows, "state": live["state"], "problems": problems}

    def strike(self, second, at):
        """One blow; a slow engine runs one part in eight of the time from then on."""
        if second < at or (self.blows and self.fault != "slow"):
            return
        pid = self.engine()
        if not pid:
            return
        self.blows += 1
        self.struck = self.struck or second
        if self.fault == "slow":
            if self.blows == 1:
                threading.Thread(target=slow, args=(pid,), daemon=True).start()
        else:
            os.kill(pid, {"kill": signal.SIGKILL, "abort": signal.SIGABRT, "hang": signal.SIGSTOP}[self.fault])

    def judge(self, phone, recording, live):
        problems, shown = [], {}
        told = [event for event in phone.told if event["subject"] == recording]
        for event in told:
            for phrase in event["phrases"]:
                if not phrase["text"].startswith(shown.get(phrase["n"], "")):
                    problems.append(f"committed words changed: {shown[phrase['n']]!r} to {phrase['text']!r}")
                shown[phrase["n"]] = phrase["text"]
        if not shown:
            problems.append("no words were shown")
        if self.fault != "slow" and not {event["notice"] for event in told} & {"back", "stopped"}:
            problems.append("the page was not told")
        kept = {phrase["n"]: phrase["text"] for phrase in phone.words(recording)["phrases"]}
        try:
            until(lambda: told_last(phone, recording) == kept, 10, "all that was kept")
        except RuntimeError as error:
            problems.append(f"the page: {error}")
        if not self.blows:
            problems.append("nothing was done to the engine")
        ends = [phrase["end"] for phrase in json.loads(live["words"])["phrases"] if phrase["text"]]
        if not ends or max(ends) < self.struck + 1:
            problems.append("no word was heard after the blow")
        if live["state"] != "ended":
            problems.append(f"live words ended as {live['state']}: {live['reason']}")
        return problems

    def engine(self):
        for folder in filter(str.isdigit, os.listdir("/proc")):
            try:
                parent = pathlib.Path("/proc", folder, "stat").read_text().rsplit(") ", 1)[1].split()[1]
                if int(parent) == self.up.pid and b"stream-worker" in pathlib.Path("/proc", folder, "cmdline").read_bytes():
                    return int(folder)
            except OSError:
                continue
        return None

    def transcript(self, note):
        with checks.Store(self.work / "data") as store:
            clips = {row["clip_id"] for row in store.rows("drafts") if row["id"] == note}
            return next((row for row in store.rows("transcripts") if row["clip_id"] in clips), None)

    def live(self, note):
        with checks.Store(self.work / "data") as store:
            rows = [row for row in store.rows("live_transcripts") if row["draft_id"] == note and row["state"] != "live"]
            return rows[0] if rows else None


def told_last(phone, recording):
    """Each phrase as the page was told of it last."""
    return {
        phrase["n"]: phrase["text"]
        for event in list(phone.told) if event["subject"] == recording for phrase in event["phrases"]
    }  # fmt: skip


def slow(pid):
    try:
        while True:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(0.35)
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.05)
    except ProcessLookupError:
        return


def main():
    chosen = options()
    work, begin = pathlib.Path(tempfile.mkdtemp(prefix="fieldos-captures-")), time.monotonic()
    progress = lanes.Progress(f"{chosen.captures} captures")

    def part(number):
        def run(tell):
            result = Capture(number, chosen.seed, chosen.binary.resolve(), work / f"capture{number:03}").run()
            tell(1)
            return result

        return lanes.Part("captures", f"capture{number:03}", run)

    results = lanes.run(list(map(part, range(chosen.captures))), chosen.lanes, progress, work / "results.jsonl")
    progress.clear()
    problems = [f"{name} ({one.get('fault', '?')}): {line}" for name, one in results.items() for line in one["problems"]]
    counts = {fault: sum(one.get("fault") == fault for one in results.values()) for fault in FAULTS}
    summary = {
        "captures": len(results), "faults": counts, "problems": problems, "seed": chosen.seed,
        "seconds": round(time.monotonic() - begin, 1),
    }  # fmt: skip
    if problems:
        summary["evidence"] = str(work)
    else:
        shutil.rmtree(work, ignore_errors=True)
    if chosen.json:
        print(json.dumps(summary, indent=2))
    else:
        faults = ", ".join(f"{count} {fault}" for fault, count in counts.items())
        print(f"{len(results)} captures ({faults}) in {summary['seconds']} s, seed {chosen.seed}:", end=" ")
        print("all whole, all with their final transcript" if not problems else f"{len(problems)} problems")
        print(*problems, sep="\n", end="\n" if problems else "")
        if problems:
            print(f"evidence: {work}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
