"""The measuring: every engine in turn, round after round, on a row."""
import shutil
import statistics
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from engines import OURS, Failed, Places, Setting, Worker, candidates, whole_process
from rows import Row, Whole

SETTLE = 0.3  # seconds: OpenMP's threads spin for 0.2 s after the last piece of work
SHORT = 100.0  # milliseconds: shorter work is repeated
TRIES = 3  # of a difference that came out negative
NEAR_BEST = 1.15  # settings this near to a peer's best go through the rounds


@dataclass
class Comparison:
    """A row against one peer: a value a round."""

    model: str
    compute: str
    isa: str
    name: str
    peer: str
    unit: str = "ms"
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    tokens: tuple[int | None, int | None] = (None, None)
    note: str = ""

    @property
    def ratios(self) -> list[float]:
        """Theirs over ours, round by round; a token's time where the counts differ."""
        ours, theirs = self.tokens
        scale = ours / theirs if ours and theirs and self.unit == "ms" else 1
        return [b * scale / a for a, b in zip(self.ours, self.theirs)]

    def record(self) -> dict:
        """For JSON."""
        ratios = sorted(self.ratios)
        found = {"minimum": ratios[0], "median": statistics.median(ratios), "maximum": ratios[-1]} if ratios else None
        return asdict(self) | {"ratio": found}


def say(text: str) -> None:
    """Progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def ask(worker: Worker, request: dict) -> dict:
    """One measurement, after a rest; what is short is asked for again, and the median of four counts."""
    time.sleep(SETTLE)
    answer = worker.ask(request)
    if answer["ms"] >= SHORT:
        return answer
    answers = [worker.ask(request) for _ in range(4)]
    return answer | {"ms": statistics.median(again["ms"] for again in answers)}


def value(worker: Worker, row: Row) -> dict:
    """A row's value: a time, or the time of one token from two counts."""
    requests = row.requests[worker.setting.engine]
    if len(requests) == 1:
        return ask(worker, requests[0])
    for _ in range(TRIES):
        few, many = (ask(worker, request) for request in requests)
        if many["ms"] > few["ms"]:
            return {"ms": (many["ms"] - few["ms"]) / (many["tokens"] - few["tokens"]), "tokens": many["tokens"]}
    raise Failed(f"{worker.setting.label}: the machine is too busy, fewer tokens took longer {TRIES} times")


@dataclass
class Run:
    """One model's measurements."""

    places: Places
    model: str
    threads: int
    rounds: int
    quick: bool
    comparisons: list[Comparison] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    # Warm processes

    def warm(self, rows: list[Row], compute: str, isa: str = "") -> None:
        """All rows of a section."""
        engines = dict.fromkeys(engine for row in rows for engine in row.requests)
        settings = []
        for engine in engines:
            if engine == OURS and not self.places.engine_bench:
                continue
            own = [row for row in rows if engine in row.requests]
            settings += self.best(candidates(engine, compute, self.threads, isa, self.quick), own)
        if any(row.section == "token" for row in rows) and self.threads > 1 and not isa and self.places.engine_bench:
            settings.append(Setting(OURS, compute, 1))  # two threads must never be slower than one
        workers = [worker for worker in map(self.start, settings) if worker]
        try:
            self.rounds_of(rows, workers, compute, isa)
        finally:
            for worker in workers:
                worker.close()

    def start(self, setting: Setting) -> Worker | None:
        """A process with its model, or a trouble noted."""
        try:
            return Worker(self.places, setting)
        except (Failed, OSError) as trouble:
            self.troubles.append(f"{self.model}: {trouble}")
            return None

    def best(self, settings: list[Setting], rows: list[Row]) -> list[Setting]:
        """Those that one try, after a warm-up, shows to be near an engine's best on any leading row."""
        if len(settings) == 1:
            return settings
        tries: dict[str, dict[Setting, float]] = {}
        for setting in settings:
            worker = self.start(setting)
            if not worker:
                continue
            for row in rows:
                if row.leads:
                    tries.setdefault(row.name, {})[setting] = min(self.tried(worker, row) for _ in range(2))
            worker.close()
        kept = [
            setting for setting in settings
            if any(found.get(setting, float("inf")) <= NEAR_BEST * min(found.values()) for found in tries.values())
        ]  # fmt: skip
        say(f"{self.model}: kept {'; '.join(setting.label for setting in kept)}")
        return kept

    def tried(self, worker: Worker, row: Row) -> float:
        """A value that decides about settings only."""
        try:
            return value(worker, row)["ms"]
        except Failed as trouble:
            self.troubles.append(f"{self.model}, {row.name}: {trouble}")
            return float("inf")

    def rounds_of(self, rows: list[Row], workers: list[Worker], compute: str, isa: str) -> None:
        """Measures the rows, each engine in turn; every other round begins with the last engine."""
        found: dict[tuple[str, Setting], list[dict]] = {}
        failed: set[tuple[str, Setting]] = set()
        for turn in range(-1, self.rounds):  # the first to warm up
            stage = f"round {turn + 1} of {self.rounds}" if turn >= 0 else "warm-up"
            say(f"{self.model} {compute} {isa}: {rows[0].section}, {stage}")
            for row in rows:
                if turn < 0 and not row.leads:
                    continue
                for worker in workers[:: -1 if turn % 2 else 1]:
                    key = (row.name, worker.setting)
                    if worker.setting.engine not in row.requests or key in failed:
                        continue
                    try:
                        answer = value(worker, row)
                    except Failed as trouble:
                        failed.add(key)
                        self.troubles.append(f"{self.model}, {row.name}: {trouble}")
                        continue
                    if turn >= 0:
                        found.setdefault(key, []).append(answer)
        for row in rows:
            own = {key[1]: answers for key, answers in found.items() if key[0] == row.name and key not in failed}
            self.compare(row.name, own, compute, isa)

    # Whole processes

    def whole(self, row: Whole, compute: str, scratch: Path) -> None:
        """A command's time and peak memory, and FieldOS's very first start with this model."""
        settings = [
            setting
            for engine in row.engines
            for setting in candidates(engine, compute, self.threads, "", True, whole=True)
            if engine != OURS or self.places.fieldos
        ]
        found: dict[Setting, list[dict]] = {}
        first: list[dict] = []
        for turn in range(-1, self.rounds):
            say(f"{self.model} {compute}: {row.section}, round {turn + 1} of {self.rounds}")
            for setting in settings[:: -1 if turn % 2 else 1]:
                try:
                    answer = self.command(row, setting)
                    if turn >= 0:
                        found.setdefault(setting, []).append(answer)
                        if setting.engine == OURS and row.section == "cold":
                            first.append(self.first_start(row, setting, scratch))
                except Failed as trouble:
                    self.troubles.append(f"{self.model}, {row.name}: {trouble}")
        self.compare(row.name, found, compute, "")
        self.compare(f"{row.name}: peak memory", found, compute, "", unit="mb")
        ours = next((answers for setting, answers in found.items() if setting.engine == OURS), [])
        if first:
            times = ([answer["ms"] for answer in ours], [answer["ms"] for answer in first])
            name = "FieldOS, the model's very first start"
            self.comparisons.append(Comparison(self.model, compute, "", row.name, name, "ms", *times))

    def command(self, row: Whole, setting: Setting, model: str | None = None) -> dict:
        """One process."""
        time.sleep(SETTLE)
        return whole_process(self.places.whole(setting, row.clips, 5, row.tokens, row.batch, model), setting)

    def first_start(self, row: Whole, setting: Setting, scratch: Path) -> dict:
        """With a copy of the model that no process has seen: nothing is kept beside it, but its pages are in memory."""
        source, copy = Path(self.places.weights(setting)), scratch / "first-start"
        copy.mkdir(parents=True)
        try:
            for name in ("config.json", "model.bin", "preprocessor_config.json", "tokenizer.json", "vocabulary.json"):
                shutil.copyfile(source / name, copy / name)
            return self.command(row, setting, str(copy))
        finally:
            shutil.rmtree(copy)

    # Results

    def compare(self, name: str, found: dict[Setting, list[dict]], compute: str, isa: str, unit: str = "ms") -> None:
        """A comparison with each engine's best setting."""
        usual = Setting(OURS, compute, self.threads, isa)
        ours = found.get(usual, [])
        peers: dict[str, tuple[float, Setting]] = {}
        for setting, answers in found.items():
            if setting == usual:
                continue
            median = statistics.median(answer[unit] for answer in answers)
            if setting.engine not in peers or median < peers[setting.engine][0]:
                peers[setting.engine] = (median, setting)
        for _, setting in peers.values():
            answers = found[setting]
            counts = (ours[0].get("tokens") if ours else None, answers[0].get("tokens"))
            differ = None not in counts and counts[0] != counts[1]
            note = f"{counts[0]} and {counts[1]} tokens, scaled to ours" if differ else ""
            values = ([answer[unit] for answer in ours], [answer[unit] for answer in answers])
            self.comparisons.append(
                Comparison(self.model, compute, isa, name, setting.label, unit, *values, counts, note)
            )
