"""Kills, faults, clock jumps and power cuts: what was acknowledged must survive them. Started by run.sh."""

import argparse
import json
import pathlib
import random
import shutil
import sys
import tempfile
import time

import lanes
import powercut
import proof
import storm
import table

KILLS_A_ROUND = 50


def options():
    parser = argparse.ArgumentParser(prog="Tools/chaos/run.sh", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many SIGKILLs in all; 0 leaves the storm out")
    parser.add_argument("--cuts", type=int, default=1000, help="how many power cuts; 0 leaves them out")
    parser.add_argument("--seed", type=int, help="repeats the plan of a run (not its timing); default: random, printed")
    parser.add_argument("--lanes", type=int, default=4, help="rounds at a time, each with a data folder of its own")
    parser.add_argument("--profiles", help=f"of the rounds, in turn; default: {','.join(storm.PROFILES)}")
    parser.add_argument("--work", type=pathlib.Path, help="folder for what the run makes; default: a temporary one")
    parser.add_argument("--keep", action="store_true", help="keep that folder also when all is well")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--binary", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--shims", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not chosen.binary.exists():
        parser.exit(2, f"{chosen.binary}: not there. Build it: swift build -c release --product fieldos\n")
    if chosen.seed is None:
        chosen.seed = random.SystemRandom().randrange(1 << 31)
    chosen.profiles = chosen.profiles.split(",") if chosen.profiles else storm.PROFILES
    chosen.binary, chosen.shims = chosen.binary.resolve(), chosen.shims.resolve()
    chosen.work = (chosen.work or pathlib.Path(tempfile.mkdtemp(prefix="fieldos-chaos-"))).resolve()
    chosen.work.mkdir(parents=True, exist_ok=True)
    return chosen


def plan(kills, profiles):
    """(number of kills, profile) of each round: a round of every profile where there are kills for them."""
    rounds = max(1, min(len(profiles), kills // 20), -(-kills // KILLS_A_ROUND))
    return [(kills // rounds + (number < kills % rounds), profiles[number % len(profiles)]) for number in range(rounds)]


def storm_parts(chosen):
    samples = sorted(pathlib.Path(__file__).parents[2].glob("Sources/fieldos/Resources/samples/*.wav"))

    def part(number, kills, profile):
        name = f"round{number:03}"
        return lanes.Part("kills", name, lambda progress: {"profile": profile} | storm.Round(
            number, chosen.seed, kills, profile, chosen.work / name, chosen.binary, chosen.shims, samples, progress
        ).run())  # fmt: skip

    return [part(number, kills, profile) for number, (kills, profile) in enumerate(plan(chosen.kills, chosen.profiles))]


def cut_power(chosen, progress):
    recording = powercut.Recording(chosen.work / "power", chosen.binary, chosen.shims, chosen.seed)
    sampled = min(200, max(5, chosen.cuts // 50))
    replay = powercut.Replay(recording, chosen.cuts, chosen.seed, sampled=sampled, progress=progress).run()
    lies = powercut.find_lies(recording, chosen.seed)
    fleet = recording.fleet
    missed = proof.missed(fleet.data, recording.sources, fleet.clips, fleet.notes, recording.crm.entries)
    problems = recording.problems + replay.problems
    problems += [f"a disk that lies about its {lie} was not found out" for lie, found in lies.items() if found == 0]
    problems += [f"the checks do not find {damage}" for damage in missed]
    return {
        "cuts": chosen.cuts, "violated": replay.violated, "opened_with_product": replay.opened,
        "records": len(recording.records), "clips": len(replay.promises.clips), "notes": len(replay.promises.notes),
        "unsynced_a_cut": round(replay.unsynced / max(1, chosen.cuts), 1), "lies_found": lies,
        "damages_found": len(proof.DAMAGES) - len(missed), "problems": problems,
    }  # fmt: skip


def main():
    chosen = options()
    begin = time.monotonic()
    parts = [lanes.Part("cuts", "power", lambda progress: cut_power(chosen, progress))] if chosen.cuts else []
    parts += storm_parts(chosen) if chosen.kills else []
    wanted = ((chosen.kills, "kills"), (chosen.cuts, "cuts"))
    progress = lanes.Progress(" and ".join(f"{count} {kind}" for count, kind in wanted if count))
    results = lanes.run(parts, chosen.lanes, progress, chosen.work / "results.jsonl")
    progress.clear()
    result = table.summary(chosen.seed, results, time.monotonic() - begin)
    if result["problems"]:
        result["evidence"] = str(chosen.work)
    elif not chosen.keep:
        shutil.rmtree(chosen.work, ignore_errors=True)
    print(json.dumps(result, indent=2) if chosen.json else table.text(result))
    return 1 if result["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
