#!/usr/bin/env python3
"""Word error rates of the 8-bit and the float32 model on the clips of Tools/make-eval-clips, as Markdown tables.

Both transcribe every clip, each in one process. The difference in points has a 95 % interval from a paired bootstrap over
clips. Exit 1: the 8-bit model is worse by more than the limit. With --peers, faster-whisper does the same; it decides nothing.
"""
import argparse
import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tools/demo-model"))
from wer import errors, words  # noqa: E402

LIMIT = 0.3  # points of word error rate that 8 bits may cost
FEWEST_WORDS = 5_000
RESAMPLES = 10_000
SEED = 1
PEER = """
import json, sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type=sys.argv[2], cpu_threads=int(sys.argv[3]))
for clip in sys.argv[4:]:
    segments, _ = model.transcribe(clip, language="en", beam_size=5)
    print(json.dumps({"file": clip, "text": "".join(s.text for s in segments)}))
"""


class Clip(NamedTuple):
    """A clip's file, the group that its condition belongs to, and what it says."""

    path: str
    group: str
    reference: list[str]


def read_clips(folder: Path) -> list[Clip]:
    """The table's clips; all soft ones are one group, whatever their level."""
    with open(folder / "texts.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    clips = []
    for row in rows:
        kind = row["condition"].split()[0]
        group = "soft first and last words" if kind == "soft" else row["condition"]
        clips.append(Clip(str(folder / row["clip"]), group, words(row["text"])))
    return clips


def documents(text: str):
    """JSON documents written one behind another."""
    rest = text.lstrip()
    while rest:
        document, end = json.JSONDecoder().raw_decode(rest)
        yield document
        rest = rest[end:].lstrip()


def word_errors(command: list[str], clips: list[Clip]) -> list[int]:
    """Errors a clip of what the command makes of the clips."""
    result = subprocess.run(command + [clip.path for clip in clips], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if result.returncode != 0:
        tail = result.stderr.decode(errors="replace")[-1000:]
        raise SystemExit(f"{command[0]}: exit {result.returncode}\n{tail}")
    said = {item["file"]: item["text"] for item in documents(result.stdout.decode())}
    missing = [clip.path for clip in clips if clip.path not in said]
    if missing:
        raise SystemExit(f"{command[0]}: no transcript of {missing[0]} and {len(missing) - 1} more")
    return [errors(clip.reference, words(said[clip.path])) for clip in clips]


def interval(differences: list[int], counts: list[int]) -> tuple[float, float]:
    """95 % of the resampled differences, in points of word error rate."""
    rng, clips, found = random.Random(SEED), range(len(counts)), []
    for _ in range(RESAMPLES):
        picked = rng.choices(clips, k=len(counts))
        found.append(100 * sum(differences[i] for i in picked) / sum(counts[i] for i in picked))
    found.sort()
    return found[RESAMPLES // 40], found[-RESAMPLES // 40 - 1]


def compare(name: str, clips: list[Clip], int8: list[int], float32: list[int]) -> float:
    """Prints a table; the difference over all clips, in points."""
    print(f"\n{name}\n\n| clips | words | float32 | int8 | int8 - float32, points | 95 % interval |")
    print("|---|---|---|---|---|---|")
    point = 0.0
    for group in [*sorted({clip.group for clip in clips}), "all"]:
        rows = [i for i, clip in enumerate(clips) if group in (clip.group, "all")]
        counts = [len(clips[i].reference) for i in rows]
        total, differences = sum(counts), [int8[i] - float32[i] for i in rows]
        rates = [f"{100 * sum(side[i] for i in rows) / total:.2f} %" for side in (float32, int8)]
        point = 100 * sum(differences) / total
        low, high = interval(differences, counts)
        print(f"| {group} ({len(rows)}) | {total} | {rates[0]} | {rates[1]} | {point:+.2f} | {low:+.2f} to {high:+.2f} |")
    return point


def model_folder(text: str) -> Path:
    """A folder with a model.bin."""
    path = Path(text).resolve()
    if not (path / "model.bin").is_file():
        raise argparse.ArgumentTypeError(f"{path}: no model.bin. Tools/demo-model makes both folders.")
    return path


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, default=ROOT / ".build/eval-clips")
    parser.add_argument("--fieldos", type=Path, default=ROOT / ".build/release/fieldos", help="the binary")
    parser.add_argument(
        "--int8", type=model_folder, default=str(ROOT / "Sources/fieldos/Resources/demo-en"), help="8-bit model folder")
    parser.add_argument(
        "--float32", type=model_folder, default=str(ROOT.parent / "shared/models/demo-en-float32"),
        help="the same weights in float32; not shipped, Tools/demo-model's export.py writes it")  # fmt: skip
    parser.add_argument("--peers", type=Path, help="a virtual environment with faster-whisper")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


def main() -> None:
    """Entry point."""
    options = parse()
    clips = read_clips(options.clips)
    total = sum(len(clip.reference) for clip in clips)
    if total < FEWEST_WORDS:
        raise SystemExit(f"{options.clips}: {total} words, {FEWEST_WORDS} are needed. Run Tools/make-eval-clips.")
    found: dict[str, dict[str, list[int]]] = {"FieldOS": {}, "faster-whisper": {}}
    threads = str(options.threads)
    for compute, folder in (("int8", options.int8), ("float32", options.float32)):
        ours = [str(options.fieldos), "transcribe", "--model", str(folder), "--compute-type", compute]
        ours += ["--threads", threads, "--language", "en", "--format", "json"]
        found["FieldOS"][compute] = word_errors(ours, clips)
        if options.peers:
            peer = [str(options.peers / "bin/python"), "-c", PEER, str(folder), compute, threads]
            found["faster-whisper"][compute] = word_errors(peer, clips)
    point = compare("FieldOS", clips, **found["FieldOS"])
    if options.peers:
        compare("faster-whisper", clips, **found["faster-whisper"])
    print(f"\n8 bits cost {point:+.2f} points; the limit is {LIMIT}.")
    sys.exit(1 if point > LIMIT else 0)


if __name__ == "__main__":
    main()
