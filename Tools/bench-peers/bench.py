#!/usr/bin/env python3
"""FieldOS against faster-whisper and whisper.cpp, in one run; run.sh prepares everything and starts it."""
import argparse
import tempfile
from importlib.metadata import version
from pathlib import Path

import clips
from engines import HAS_MORE_THAN_AVX2, Places, own_peak, python
from measure import Run, say
from report import machine, markdown, write_json
from rows import SECTIONS, Row, Whole, warm_rows, whole_rows


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--engine-bench")
    parser.add_argument("--fieldos")
    parser.add_argument("--models", required=True)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(SECTIONS))
    parser.add_argument("--compute", default="int8,float32")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    given = parser.parse_args()
    given.rounds = given.rounds or (2 if given.quick else 5)
    given.only = given.only.split(",")
    unknown = set(given.only) - set(SECTIONS)
    if unknown:
        parser.error(f"--only: no section {', '.join(sorted(unknown))}; known: {', '.join(SECTIONS)}")
    return given


def measure(run: Run, warm: list[Row], whole: list[Whole], given: argparse.Namespace) -> None:
    """All sections of one model."""
    for compute in given.compute.split(","):
        for section in given.only:
            rows = [row for row in warm if row.section == section]
            if rows:
                run.warm(rows, compute)
            for row in whole:
                if row.section == section:
                    run.whole(row, compute, Path(given.scratch))
    if not HAS_MORE_THAN_AVX2:
        run.troubles.append("both sides forced to AVX2: this CPU has nothing beyond, so the rows above are that")
    elif not given.quick:
        for section in given.only:
            rows = [row for row in warm if row.section == section and row.in_avx2]
            if rows:
                run.warm(rows, "int8", "AVX2")


def main() -> None:
    """Entry point."""
    given = arguments()
    single, queue = clips.make(given.work / "clips")
    warm, whole = warm_rows(single, queue, given.quick), whole_rows(single, queue)
    facts = machine()
    peers = ", ".join(f"{name} {version(name)}" for name in ("faster-whisper", "ctranslate2", "pywhispercpp"))
    comparisons, troubles = [], []
    with tempfile.TemporaryDirectory(dir=given.work) as given.scratch:
        for model in given.models.split(","):
            places = Places(python(), given.engine_bench, given.fieldos, given.work / "models" / model)
            run = Run(places, model, given.threads, given.rounds, given.quick, comparisons, troubles)
            try:
                measure(run, warm, whole, given)
            except KeyboardInterrupt:
                troubles.append(f"{model}: interrupted; the rows are those measured until then")
                break
    facts |= {"peers": peers, "rounds": given.rounds, "threads": given.threads, "load_after": machine()["load"]}
    head = (
        f"{facts['cpu']}, {facts['cores']} cores; {given.threads} threads, {given.rounds} rounds; {peers}. Load average before "
        f"{facts['load'][0]:.1f}, after {facts['load_after'][0]:.1f} (the measured engines included). Peak memory below "
        f"{own_peak():.0f} MB can't be seen."
    )
    text = markdown(comparisons, troubles, head)
    print(text)
    if given.markdown:
        given.markdown.write_text(text, encoding="utf-8")
    if given.json:
        write_json(given.json, comparisons, troubles, facts)
    say("done")


if __name__ == "__main__":
    main()
