"""The comparisons as Markdown and JSON."""
import json
import os
import platform
import statistics
from pathlib import Path

from measure import Comparison


def machine() -> dict:
    """What the figures belong to."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {"cpu": names[0] if names else platform.machine(), "cores": os.cpu_count(), "load": os.getloadavg()}


def shown(number: float, unit: str) -> str:
    """With three digits that count."""
    digits = 2 if number < 10 else 1 if number < 100 else 0
    return f"{number:.{digits}f} {'MB' if unit == 'mb' else unit}"


def spread(ratios: list[float]) -> str:
    """Median, minimum and maximum."""
    if not ratios:
        return "–"
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def line(item: Comparison) -> str:
    """A row of the table."""
    ours = shown(statistics.median(item.ours), item.unit) if item.ours else "–"
    theirs = shown(statistics.median(item.theirs), item.unit)
    name = f"{item.name}; {item.note}" if item.note else item.name
    compute = f"{item.compute}, AVX2 only" if item.isa else item.compute
    return f"| {name} | {compute} | {ours} | {item.peer} | {theirs} | {spread(item.ratios)} |"


def markdown(comparisons: list[Comparison], troubles: list[str], head: str) -> str:
    """The whole report."""
    parts = [f"# FieldOS and its peers\n\n{head}\n"]
    for model in dict.fromkeys(item.model for item in comparisons):
        parts.append(f"\n## {model}\n")
        parts.append("| work | type | FieldOS | peer at its best | its | ratio: median (min–max) |")
        parts.append("|---|---|---|---|---|---|")
        parts += [line(item) for item in comparisons if item.model == model]
    if troubles:
        parts.append("\nNot measured:\n")
        parts += [f"- {trouble}" for trouble in dict.fromkeys(troubles)]
    return "\n".join(parts) + "\n"


def write_json(path: Path, comparisons: list[Comparison], troubles: list[str], facts: dict) -> None:
    """Every value of every round."""
    content = {"machine": facts, "comparisons": [item.record() for item in comparisons], "troubles": troubles}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
