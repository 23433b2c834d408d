"""Words while they are spoken: FieldOS and LocalAgreement-2 over faster-whisper, fed at real speed on the same sound."""

import argparse
import csv
import difflib
import json
import resource
import statistics
import subprocess
import sys
import time
import wave
from pathlib import Path

import numpy

RATE = 16_000
PAUSE = 0.7


def words(text):
    return "".join(c for c in text.lower() if c.isalnum() or c == " ").split()


def errors(reference, hypothesis):
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(hypothesis, 1):
            best = min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
            diagonal, row[j] = row[j], best
    return row[-1]


def read(path):
    with wave.open(str(path)) as file:
        assert file.getframerate() == RATE and file.getnchannels() == 1 and file.getsampwidth() == 2, path
        return numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16)


def write(path, sound):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())


def spoken(sound, text, offset):
    """(word, end in seconds) of a sentence: its letters share out the time between its first and last loud moment."""
    loud = numpy.flatnonzero(numpy.abs(sound.astype(numpy.float32)) > 0.03 * max(1, numpy.abs(sound.astype(int)).max()))
    first, last = loud[0] / RATE, loud[-1] / RATE
    parts = words(text)
    total = sum(len(part) + 1 for part in parts)
    found, done = [], 0
    for part in parts:
        done += len(part) + 1
        found.append((part, offset + first + (last - first) * done / total))
    return found, offset + first


def sets(audio, seconds, work):
    """name, file, [(word, end)], onset of the first word."""
    rows = list(csv.DictReader(open(audio / "texts.tsv"), delimiter="\t"))
    made, texts, sound, at = [], [], [], 0.0
    turn = 0
    while at < seconds:
        row = rows[turn % len(rows)]
        turn += 1
        clip = read(audio / row["clip"])
        found, onset = spoken(clip, row["text"], at)
        texts.append((found, onset))
        sound += [clip, numpy.zeros(int(PAUSE * RATE), numpy.int16)]
        at += len(clip) / RATE + PAUSE
    path = work / f"sentences-{int(seconds)}.wav"
    write(path, numpy.concatenate(sound))
    made.append((f"sentences with pauses, {at:.0f} s", path, [w for f, _ in texts for w in f], texts[0][1]))
    if (audio / "visits.tsv").exists():
        for row in csv.DictReader(open(audio / "visits.tsv"), delimiter="\t"):
            clip = read(audio / row["clip"])
            found, onset = spoken(clip, row["text"], 0)
            made.append(("notes of four sentences", audio / row["clip"], found, onset))
    return made


def run(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")], cpu, seconds


class Tally:
    def __init__(self):
        self.first, self.lags, self.revisions, self.words, self.errors, self.reference = [], [], 0, 0, 0, 0
        self.cpu = self.seconds = 0.0

    def add(self, events, cpu, seconds, truth, onset):
        said, when, shown = [], [], []
        first = None
        for event in events:
            if event["event"] == "committed":
                for word in event["words"]:
                    for part in words(word["word"]):
                        said.append(part)
                        when.append(event["at"])
                        shown = shown[1:] if shown[:1] == [part] else shown
            elif event["event"] == "partial":
                new = words(event["tentative"])
                self.revisions += sum(1 for i, w in enumerate(shown) if i >= len(new) or new[i] != w)
                shown = new
            if first is None and (said or shown):
                first = event["at"]
        if first is not None:
            self.first.append(1000 * (first - onset))
        blocks = difflib.SequenceMatcher(None, [w for w, _ in truth], said, autojunk=False).get_matching_blocks()
        for block in blocks:
            self.lags += [when[block.b + i] - truth[block.a + i][1] for i in range(block.size)]
        self.errors += errors([w for w, _ in truth], said)
        self.reference += len(truth)
        self.words += len(said)
        self.cpu += cpu
        self.seconds += seconds

    def row(self, name, offline):
        lags = sorted(self.lags) or [float("nan")]
        return (
            f"| {name} | {statistics.median(self.first or [float('nan')]):.0f} / {max(self.first or [float('nan')]):.0f} "
            f"| {statistics.median(lags):.2f} / {lags[int(0.9 * (len(lags) - 1))]:.2f} "
            f"| {self.revisions / max(1, self.words):.2f} | {100 * self.errors / self.reference:.1f} "
            f"| {offline:.1f} | {100 * self.cpu / self.seconds:.0f} |")


def offline(binary, model, items, whole):
    """Word error rate of the same model's pass over what was recorded, in percent."""
    wrong = total = 0
    for _, path, truth, _ in items:
        command = [binary, "transcribe", path, "--model", model] + ([] if whole else ["--vad-filter", "--batch-size", "1"])
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        wrong += errors([w for w, _ in truth], words(text))
        total += len(truth)
    return 100 * wrong / total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--audio", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--peer", default=sys.executable, help="Python with faster-whisper; 'none': FieldOS alone")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    items = sets(options.audio, options.seconds, options.work)
    agreement = [options.peer, str(Path(__file__).parent / "local_agreement.py"), "--model", options.model]
    sides = [("FieldOS", [options.binary, "listen", "--realtime", "--json", "--model", options.model])]
    if options.peer != "none":
        sides += [("LocalAgreement-2", agreement), ("LocalAgreement-2, beam 1, step 0.5 s", agreement + ["--beam", "1", "--step", "0.5"])]
    names = list(dict.fromkeys(name for name, *_ in items))
    print("| sound | side | first partial, ms median / largest | lag of committed words, s median / p90 "
          "| revisions a word | WER % | offline WER % | CPU % of a core |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        group = [item for item in items if item[0] == name]
        reference = offline(options.binary, options.model, group, whole=True)
        for side, command in sides:
            tally = Tally()
            for _, path, truth, onset in group:
                tally.add(*run(command + ["--file", str(path)]), truth, onset)
            print(f"| {name} " + tally.row(side, reference), flush=True)


main()
