"""FieldOS against faster-whisper in one run, on the same weights, both in float32. Usage: run.sh (see there).

    compare.py --model NAME=FOLDER... [--binary FILE] [--quick] [--case NAME]... [--json FILE] [--markdown FILE]
"""
import argparse
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # sums in the same order whatever the number of cores; before any import

import cases
import itself
import margins
import recordings
import report
import rules
from sides import Answer, FasterWhisper, FieldOS, full_options

ROOT = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", required=True, metavar="NAME=FOLDER")
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/fieldos")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work", help="folder for recordings")
    parser.add_argument("--threads", type=int, default=1, help="of faster-whisper; FieldOS's answer depends on none")
    parser.add_argument("--quick", action="store_true", help="leave the long recordings out")
    parser.add_argument("--case", action="append", metavar="NAME", help="this case only, e.g. search/greedy; repeatable")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE")
    return parser.parse_args()


def judge(verdict: rules.Verdict, peer: FasterWhisper, ours, theirs, batched: bool) -> None:
    """Fills in the outcome."""
    verdict.differences = rules.differences(ours, theirs, batched)
    if not verdict.differences:
        return
    verdict.outcome, verdict.cause = "failed", "the sides differ"
    fault = rules.upstream_fault(ours, theirs)
    if fault:
        verdict.outcome, verdict.cause = "upstream fault", fault
    elif not (ours.error or theirs.error):
        margin, what = margins.measure(peer, ours, theirs)
        shown = "" if margin is None else f", {margin:.2e}"
        verdict.cause = what + shown
        if margin is not None and margin <= margins.TIE:
            verdict.outcome = "allowed"


def judge_rounding(verdict: rules.Verdict, peer: FasterWhisper, case: cases.Case, options: dict, clip: Path, theirs) -> None:
    """Lists a difference apart where faster-whisper differs from itself as soon as its sums are made in another order."""
    if verdict.outcome != "failed" or theirs.error:
        return
    again = Answer(**itself.ask(peer.folder, peer.threads, case, options, clip))
    unlike = rules.differences(again, theirs, case.batch is not None)
    if unlike:
        verdict.outcome = "rounding"
        verdict.cause += f"; faster-whisper with SSE4.1 for AVX2 differs from itself: {unlike[0]}"


def run_case(case: cases.Case, model: str, peer: FasterWhisper, tool: FieldOS, files: dict[str, Path]) -> list[rules.Verdict]:
    """A case on all its clips."""
    options, clips = full_options(case, model), [files[name] for name in case.clips]
    verdicts = []
    for name, ours in zip(case.clips, tool.run(case, options, clips)):
        theirs = peer.run(case, options, files[name])
        verdict = rules.Verdict(model, case.group, case.name, name, command=tool.line(case, options, files[name]))
        judge(verdict, peer, ours, theirs, case.batch is not None)
        judge_rounding(verdict, peer, case, options, files[name], theirs)
        verdicts.append(verdict)
    return verdicts


def run_model(name: str, folder: Path, options: argparse.Namespace, files: dict[str, Path]) -> list[rules.Verdict]:
    """All cases of a model."""
    peer, tool = FasterWhisper(folder, options.threads), FieldOS(options.binary, folder, 2)
    verdicts = []
    for case in cases.of(name, options.quick):
        if options.case and case.name not in options.case:
            continue
        begin = time.perf_counter()
        found = run_case(case, name, peer, tool, files)
        bad = sum(verdict.outcome != "identical" for verdict in found)
        print(f"{name} {case.name}: {len(found) - bad} of {len(found)} identical, {time.perf_counter() - begin:.0f} s",
              file=sys.stderr, flush=True)  # fmt: skip
        verdicts += found
    return verdicts


def main() -> int:
    """Entry point."""
    options = arguments()
    files = recordings.make(options.work / "recordings")
    verdicts = []
    for pair in options.model:
        name, folder = pair.split("=", 1)
        verdicts += run_model(name, Path(folder), options, files)
        if options.json:
            report.write_json(options.json, verdicts)
    packages = ", ".join(f"{name} {version(name)}" for name in ("faster-whisper", "ctranslate2"))
    text = report.markdown(verdicts, f"{packages}; float32 on both sides, {options.threads} thread(s) of the peer.")
    print(text)
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    return report.status(verdicts)


if __name__ == "__main__":
    sys.exit(main())
