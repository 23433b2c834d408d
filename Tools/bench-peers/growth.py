"""How FieldOS's own cost grows, as ratios in one run: later tokens against earlier ones, four windows against one, a draft
against none, two workers against one.

Usage: VENV/bin/python Tools/bench-peers/growth.py [--work Tools/bench-peers/work] [--model base] [--rounds 7]
                           [--engine-bench .build/release/engine-bench] [--fieldos .build/release/fieldos]
Needs a model that run.sh has made, in the same work folder; any Python 3.11. Prints a Markdown table.
"""
import argparse
import subprocess
import time
from pathlib import Path

import clips
from engines import OURS, Places, Setting, Worker, environment
from measure import ask
from report import machine, shown, spread

ROOT = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "work")
    parser.add_argument("--model", default="base")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--engine-bench", default=str(ROOT / ".build/release/engine-bench"))
    parser.add_argument("--fieldos", default=str(ROOT / ".build/release/fieldos"))
    return parser.parse_args()


def slope(worker: Worker, beams: int, few: int, many: int) -> float:
    """Milliseconds of one token between the few-th and the many-th, by the medians of five answers each, asked for in turn:
    a single one is off by as much as many tokens take."""
    answers = [[ask(worker, {"op": "tokens", "beams": beams, "tokens": count}) for count in (few, many)] for _ in range(5)]
    (first, begin), (last, end) = ((median(side, "ms"), median(side, "tokens")) for side in zip(*answers))
    return (last - first) / (end - begin)


def median(answers: list[dict], name: str) -> float:
    """The middle one of an odd number of answers' values."""
    return sorted(answer[name] for answer in answers)[len(answers) // 2]


def drafted(worker: Worker, agreement: float | None) -> float:
    """Milliseconds of 100 greedy tokens, with a draft of which so much is right."""
    more = {} if agreement is None else {"agreement": agreement}
    return ask(worker, {"op": "tokens", "beams": 1, "tokens": 100, **more})["ms"]


def window(worker: Worker, clip: str, windows: int) -> float:
    """Milliseconds of one of so many windows, 18 tokens each."""
    return ask(worker, {"op": "transcribe", "clips": [clip], "beams": 1, "tokens": 18})["ms"] / windows


def queue(places: Places, queued: list[str], processes: int) -> float:
    """Milliseconds that processes of one thread each need for the queue, shared out evenly."""
    setting = Setting(OURS, "int8", 1)
    begin = time.perf_counter()
    running = [
        subprocess.Popen(
            places.whole(setting, queued[part::processes], 5, 32, 1), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environment(setting))
        for part in range(processes)
    ]  # fmt: skip
    if any(process.wait() for process in running):
        raise SystemExit("growth.py: fieldos transcribe failed; run it by hand to see why")
    return (time.perf_counter() - begin) * 1e3


def main() -> None:
    given = arguments()
    single, queued = clips.make(given.work / "clips")
    places = Places("", given.engine_bench, given.fieldos, given.work / "models" / given.model)
    worker = Worker(places, Setting(OURS, "int8", 2))
    rows = [
        ("a token, greedy: the 150th to 210th, the 10th to 70th", lambda: (slope(worker, 1, 150, 210), slope(worker, 1, 10, 70))),
        ("a token, beam 5: the same", lambda: (slope(worker, 5, 150, 210), slope(worker, 5, 10, 70))),
        ("a window: of 120 s, of 30 s", lambda: (window(worker, single[120], 4), window(worker, single[30], 1))),
        *(
            (f"100 greedy tokens: without a draft, with one that is {share:.0%} right",
             lambda share=share: (drafted(worker, None), drafted(worker, share)))
            for share in (0.95, 0.8, 0.5, 0.0)
        ),
        ("16 clips of 10 s: one process of one thread, two", lambda: (queue(places, queued, 1), queue(places, queued, 2))),
    ]  # fmt: skip
    values = {name: [] for name, _ in rows}
    for _ in range(given.rounds):
        for name, measure in rows:
            values[name].append(measure())
    worker.close()
    facts = machine()
    print(f"{facts['cpu']}, {facts['cores']} cores, {given.rounds} rounds, load {facts['load'][0]:.1f}; random {given.model}, int8\n")
    print("| work | first | second | first / second: median (min–max) |\n|---|---|---|---|")
    for name, pairs in values.items():
        middle = [sorted(side)[len(side) // 2] for side in zip(*pairs)]
        print(f"| {name} | {shown(middle[0], 'ms')} | {shown(middle[1], 'ms')} | {spread([a / b for a, b in pairs])} |")


if __name__ == "__main__":
    main()
