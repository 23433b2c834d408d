#!/usr/bin/env python3
"""Word errors of a model folder on a table of clips (columns clip, text), with faster-whisper, beam 5."""
import argparse
import csv
from pathlib import Path

from faster_whisper import WhisperModel

from wer import errors, words


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="CTranslate2 folder")
    parser.add_argument("table", type=Path, nargs="+", help="e.g. Tests/Fixtures/audio/texts.tsv; clips lie beside it")
    parser.add_argument("--compute", default="int8")
    options = parser.parse_args()
    model = WhisperModel(options.model, device="cpu", compute_type=options.compute, cpu_threads=2)
    for table in options.table:
        wrong = total = exact = 0
        with open(table, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        for row in rows:
            segments, _ = model.transcribe(str(table.parent / row["clip"]), language="en")
            count = errors(words(row["text"]), words("".join(segment.text for segment in segments)))
            wrong, total, exact = wrong + count, total + len(words(row["text"])), exact + (count == 0)
        print(f"{table.name}: {wrong / total:.1%} word error rate ({wrong} of {total}), {exact} of {len(rows)} exact")


if __name__ == "__main__":
    main()
