"""The result of a run: sums over its rounds, and the table that people read."""

SUMS = ("kills", "started", "clips", "notes", "lost_clips", "lost_notes", "changed_hashes", "delivered", "received",
        "clock_jumps", "nudges")  # fmt: skip
COUNTS = ("killed", "duplicates", "crm_faults", "disk_faults", "endings")


def summary(seed, results, seconds):
    """Sums of what the rounds counted, and everything that is wrong. `results`: what each part came to, by name."""
    power = results.get("power")
    rounds = [one for name, one in results.items() if name.startswith("round")]
    result = {"seed": seed, "seconds": round(seconds), "rounds": len(rounds)}
    for name in SUMS:
        result[name] = sum(one.get(name, 0) for one in rounds)
    for name in COUNTS:
        result[name] = {}
        for one in rounds:
            for key, count in one.get(name, {}).items():
                result[name][key] = result[name].get(key, 0) + count
    result["profiles"] = {}
    for one in rounds:
        profile = one.get("profile", "failed")
        result["profiles"][profile] = result["profiles"].get(profile, 0) + 1
    result["power"] = power
    result["problems"] = [f"{name}: {problem}" for name, one in results.items() for problem in one["problems"]]
    return result


def listed(counts):
    """`5 worker, 3 up`, the most frequent first."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda item: -item[1])) or "none"


def text(result):
    """The table, and below it at most 40 of the violations."""
    rows = []
    if result["rounds"]:
        duplicates = dict(result["duplicates"])
        unexplained = duplicates.pop("unexplained", 0)
        rows += [
            ("rounds", f"{result['rounds']} ({listed(result['profiles'])})"),
            ("kills", f"{result['kills']} ({listed(result['killed'])}) of {result['started']} processes"),
            ("faults of the CRM", listed(result["crm_faults"])),
            ("faults of the disk", listed(result["disk_faults"])),
            ("jumps of the clock", str(result["clock_jumps"])),
            ("acknowledged", f"{result['clips']} recordings, {result['notes']} notes"),
            ("lost", f"{result['lost_clips']} recordings, {result['lost_notes']} notes"),
            ("audio hashes changed", str(result["changed_hashes"])),
            ("delivered", f"{result['delivered']} notes, received {result['received']} times"),
            ("duplicates explained", f"{sum(duplicates.values())} ({listed(duplicates)})"),
            ("duplicates unexplained", str(unexplained)),
            ("ended by themselves", listed(result["endings"])),
            ("nudges needed", str(result["nudges"])),
        ]
    if (power := result["power"]) and "cuts" in power:
        rows += [
            ("power cuts", f"{power['cuts']} over {power['records']} disk calls"),
            ("unsynced at a cut", f"{power['unsynced_a_cut']} calls"),
            ("acknowledged then", f"{power['clips']} recordings, {power['notes']} notes"),
            ("cuts with a loss", str(power["violated"])),
            ("opened with fieldos", str(power["opened_with_product"])),
            ("lying disks found out", listed(power["lies_found"]) + " (cuts with a loss, of 150 each)"),
            ("damages found", f"{power['damages_found']} kinds, done on purpose"),
        ]
    rows += [("seed", str(result["seed"])), ("seconds", str(result["seconds"]))]
    lines = [f"{name:<24}{value}" for name, value in rows]
    problems = result["problems"]
    if problems:
        lines += ["", f"{len(problems)} violation(s); evidence is kept in {result['evidence']}", *problems[:40]]
        if len(problems) > 40:
            lines.append(f"… and {len(problems) - 40} more (--json lists all)")
    return "\n".join(lines)
