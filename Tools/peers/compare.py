"""Whole commands against faster-whisper, in one run: a cold process for one clip, and one process for 40 clips.

Both sides use the same model folder, compute type, threads and beam, and take turns; medians and their ratio are printed
as a Markdown table. Usage: compare.sh [--repeats N]
"""
import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "Sources/fieldos/Resources/demo-en"
CLIPS = sorted((ROOT / "Tests/Fixtures/audio").glob("note*.wav"))
PEER = """
import sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type=sys.argv[2], cpu_threads=2)
for clip in sys.argv[3:]:
    segments, _ = model.transcribe(clip, language="en", beam_size=5)
    print("".join(s.text for s in segments).strip())
"""


def seconds(command: list[str]) -> float:
    """Wall time of a command that must succeed."""
    begin = time.perf_counter()
    environment = dict(os.environ, OMP_NUM_THREADS="2")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begin


def commands(compute: str, clips: list[Path]) -> tuple[list[str], list[str]]:
    files = [str(clip) for clip in clips]
    ours = [str(ROOT / ".build/release/fieldos"), "transcribe", "--model", str(MODEL), "--compute-type", compute]
    return ours + ["--threads", "2", *files], [sys.executable, "-c", PEER, str(MODEL), compute, *files]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    print("| work | FieldOS | faster-whisper | ratio |\n|---|---|---|---|")
    for compute in ("int8", "float32"):
        for name, clips in (("cold process, 1 clip", CLIPS[6:7]), ("one process, 40 clips", CLIPS)):
            ours, theirs = commands(compute, clips)
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(repeats):
                times[0].append(seconds(ours))
                times[1].append(seconds(theirs))
            a, b = (statistics.median(side) for side in times)
            print(f"| {name}, {compute} | {a:.2f} s | {b:.2f} s | {b / a:.1f} x |", flush=True)


if __name__ == "__main__":
    main()
