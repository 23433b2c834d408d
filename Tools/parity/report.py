"""The outcome as Markdown and JSON."""
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from rules import Verdict

ALLOWED_SHARE = 0.005  # of the demo model's clips
OUTCOMES = ("identical", "allowed", "rounding", "upstream fault", "failed")


def table(verdicts: list[Verdict]) -> str:
    """A row a model and group."""
    counts: dict[tuple, Counter] = {}
    for verdict in verdicts:
        counts.setdefault((verdict.model, verdict.group), Counter())[verdict.outcome] += 1
    rows = [f"| model | group | clips | {' | '.join(OUTCOMES)} |", "|---|---|---" + "|---" * len(OUTCOMES) + "|"]
    for (model, group), count in counts.items():
        cells = " | ".join(str(count[outcome]) for outcome in OUTCOMES)
        rows.append(f"| {model} | {group} | {count.total()} | {cells} |")
    total = Counter(verdict.outcome for verdict in verdicts)
    cells = " | ".join(str(total[outcome]) for outcome in OUTCOMES)
    return "\n".join([*rows, f"| all | | {total.total()} | {cells} |"])


def listing(verdicts: list[Verdict], outcome: str) -> str:
    """The clips of an outcome by case, with the first one's cause, differences and, when it failed, its command."""
    cases: dict[tuple, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.outcome == outcome:
            cases.setdefault((verdict.model, verdict.case), []).append(verdict)
    lines = []
    for (model, case), found in cases.items():
        lines.append(f"- {model}, {case}")
        for verdict in found:
            lines.append(f"  - {verdict.clip}: {verdict.cause}; {'; '.join(verdict.differences[:3])}")
        if outcome == "failed":
            lines.append(f"  - `{found[0].command}`")
    return "\n".join(lines)


def too_many(verdicts: list[Verdict]) -> bool:
    """Whether the demo model has more differences at ties and in rounding than it may."""
    demo = [verdict for verdict in verdicts if verdict.model == "demo"]
    return sum(verdict.outcome in ("allowed", "rounding") for verdict in demo) > ALLOWED_SHARE * len(demo)


def markdown(verdicts: list[Verdict], head: str) -> str:
    """The whole report."""
    parts = [f"# Parity with faster-whisper\n\n{head}\n", table(verdicts)]
    for outcome, title in (("allowed", "Allowed: upstream's two best within 1e-4"),
                           ("rounding", "Rounding: upstream differs from itself with another instruction set"),
                           ("upstream fault", "Upstream's faults"), ("failed", "Failed")):  # fmt: skip
        found = listing(verdicts, outcome)
        if found:
            parts.append(f"\n## {title}\n\n{found}")
    if too_many(verdicts):
        parts.append("\nFAILED: more than 0.5 % of the demo model's clips differ, if only at ties.")
    return "\n".join(parts) + "\n"


def write_json(path: Path, verdicts: list[Verdict]) -> None:
    """Every verdict."""
    path.write_text(json.dumps([asdict(verdict) for verdict in verdicts], indent=1, ensure_ascii=False), encoding="utf-8")


def status(verdicts: list[Verdict]) -> int:
    """The exit status."""
    return 1 if too_many(verdicts) or any(verdict.outcome == "failed" for verdict in verdicts) else 0
