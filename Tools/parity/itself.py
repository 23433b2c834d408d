"""faster-whisper against itself: one clip on standard input, answered with the instructions of an older CPU.

Where it gives two answers, the weights leave the answer to rounding, and FieldOS can't be held to one of them.
"""
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

OTHER = {"CT2_FORCE_CPU_ISA": "GENERIC", "ONEDNN_MAX_CPU_ISA": "SSE41", "DNNL_MAX_CPU_ISA": "SSE41"}


def ask(folder: Path, threads: int, case, options: dict, clip: Path) -> dict:
    """The answer of a process of its own, with sums made in another order."""
    question = {"folder": str(folder), "threads": threads, "case": asdict(case), "options": options, "clip": str(clip)}
    done = subprocess.run(
        [sys.executable, "-B", __file__], input=json.dumps(question), capture_output=True, text=True, check=True,
        env={**os.environ, **OTHER},
    )  # fmt: skip
    return json.loads(done.stdout)


def main() -> None:
    """Answers one question."""
    from cases import Case
    from sides import FasterWhisper

    question = json.load(sys.stdin)
    side = FasterWhisper(Path(question["folder"]), question["threads"])
    answer = side.run(Case(**question["case"]), question["options"], Path(question["clip"]))
    json.dump({"segments": answer.segments, "facts": answer.facts, "error": answer.error}, sys.stdout, default=float)


if __name__ == "__main__":
    main()
