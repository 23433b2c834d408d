"""Power cuts: records a busy day of the product, then checks what the disk may hold at each of many cuts.

What was acknowledged before the cut must be there after it: a recording with the right bytes once `fieldos ingest` said
saved, a note once `fieldos up` told of it, its delivery once it was told to be synced.
"""

import hashlib
import os
import pathlib
import random
import re
import shutil
import sqlite3
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import checks
import clips
import disk_model
from crm import FaultyCRM
from fleet import NOTE, SAVED, TIMEOUT_SECONDS, Fleet


class Recording:
    """A data folder's life from its first start, as the disk saw it."""

    def __init__(self, folder, binary, shims, seed, files=40):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.random = random.Random(f"{seed}/power")
        self.log = self.folder / "record"
        self.problems, self.sources = [], {}
        self.crm = FaultyCRM(self.folder / "crm.jsonl", seed, TIMEOUT_SECONDS)
        self.crm.faults = True
        self.fleet = Fleet(self.folder, binary, self.crm.endpoint, shims)
        self.more = {
            "LD_PRELOAD": str(shims / "disk_recorder.so"), "CHAOS_RECORD_DIR": str(self.fleet.data),
            "CHAOS_RECORD_LOG": str(self.log),
        }  # fmt: skip
        try:
            self.live(files)
        finally:
            self.crm.close()
            self.fleet.close()
        self.records = disk_model.read_records(self.log)
        self.compare()

    def live(self, files):
        """Recordings come in, also two at a time; processes die at a disk call, the road is stopped in order and
        started again; in the end all is delivered. Without the web app: the file of its link is under no promise, and
        the record of disk calls does not know it."""
        up = self.fleet.up("--no-cockpit", more=self.more)
        while len(self.sources) < files:
            count = self.random.randint(1, 2)
            ingests = [self.fleet.ingest(self.some_files(), more=self.mortal(0.2, 300)) for _ in range(count)]
            for ingest in ingests:
                ingest.process.wait(60)
            if self.random.random() < 0.25:
                up.stop(30)
            if not up.is_alive:
                up = self.fleet.up("--no-cockpit", more=self.mortal(0.5, 1500))
        waiting = [source for source in self.sources if source not in self.fleet.clips]
        if waiting:
            self.fleet.command("ingest", *waiting, more=self.more)
        self.crm.faults = False
        until = time.monotonic() + 120
        while not checks.settled(self.fleet.data) and time.monotonic() < until:
            if not up.is_alive:
                up = self.fleet.up("--no-cockpit", more=self.more)
            self.fleet.command("crm", "flush", more=self.more)
            time.sleep(1)
        up.stop(30)

    def mortal(self, share, longest):
        """The environment of a process, of which a share dies at a disk call."""
        if self.random.random() >= share:
            return self.more
        return self.more | {"CHAOS_RECORD_KILL": str(self.random.randrange(1, longest))}

    def some_files(self):
        files = []
        for _ in range(self.random.randint(1, 3)):
            file = self.folder / f"visit{len(self.sources):05}.wav"
            self.sources[str(file)] = clips.tone(file, self.random.randrange(1 << 32))
            files.append(file)
        return files

    def compare(self):
        """The record is whole only if it leads to the files as they are."""
        disk = disk_model.Disk(str(self.fleet.data))
        for record in self.records:
            disk.feed(record)
        modelled = disk.whole()
        for file in self.fleet.data.rglob("*"):
            if file.is_file() and modelled.pop(str(file), None) != file.read_bytes():
                self.problems.append(f"{file}: the record of disk calls does not lead to its bytes")
        for path, content in modelled.items():
            if content is not None:
                self.problems.append(f"{path}: is in the record of disk calls and not on disk")


class Promises:
    """What the product has said so far, from the recorded output."""

    def __init__(self, sources):
        self.sources, self.lines = sources, {}
        self.clips, self.notes, self.synced = {}, set(), set()

    def feed(self, record):
        text = self.lines.pop(record.pid, "") + record.data.decode("utf-8", "replace")
        *whole, rest = text.split("\n")
        self.lines[record.pid] = rest
        for line in whole:
            if saved := SAVED.match(line):
                self.clips[saved[2]] = self.sources[saved[1]]
            elif told := NOTE.search(line):
                self.notes.add(told[1])
                if told[2] == "synced":
                    self.synced.add(told[1])

    def broken(self, state, root, database):
        """What of it does not hold in a state of the disk, whose database lies at the given path."""
        try:
            db = sqlite3.connect(database)
            try:
                return self.broken_in(db, state, root)
            finally:
                db.close()
        except sqlite3.DatabaseError as error:
            return [f"database: {error}"] if self.clips or "malformed" in str(error) else []

    def broken_in(self, db, state, root):
        problems = [f"database: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        problems += [f"foreign key: {tuple(row)}" for row in db.execute("PRAGMA foreign_key_check")]
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "outbox" not in tables:
            return problems + (["the tables are gone"] if self.clips else [])
        rows = dict(db.execute("SELECT path, sha256 FROM clips"))
        for path, sha256 in self.clips.items():
            if rows.get(path) != sha256:
                problems.append(f"{path}: acknowledged, and has no row")
        for path, sha256 in rows.items():
            if path is None:
                problems.append("a clip's row has no path")
                continue
            content = state.get(os.path.join(root, path))
            if content is None or hashlib.sha256(content).hexdigest() != sha256:
                what = "is gone" if content is None else "has other bytes"
                problems.append(f"{path}: has a row, and its file {what}")
        # Behind a disk that lied about a sync a row may have lost anything.
        outbox = dict(db.execute("SELECT id, state FROM outbox"))
        if outbox.pop(None, None):
            problems.append("a delivery's row has no id")
        states = {identifier[:8]: state for identifier, state in outbox.items()}
        problems += [f"note {note}: acknowledged, and has no delivery" for note in self.notes - set(states)]
        unsynced = {note for note in self.synced if states.get(note) != "synced"}
        return problems + [f"note {note}: told to be synced, and is not" for note in unsynced]


def write_state(state, root, folder, only_database=False):
    """Puts a state of the disk into a folder."""
    for path, content in sorted(state.items()):
        name = os.path.relpath(path, root)
        if name.endswith("-shm") or only_database and not name.startswith("fieldos.sqlite"):
            continue
        target = pathlib.Path(folder, name)
        if content is None:
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


class Replay:
    """Cuts the power of a recording at `cuts` moments, and opens every `1/sampled` of them with the product, too."""

    def __init__(self, recording, cuts, seed, deaf_to=None, sampled=0, progress=lambda cut: None):
        self.recording, self.root = recording, str(recording.fleet.data)
        self.random = random.Random(f"{seed}/cuts")
        self.disk = disk_model.Disk(self.root, deaf_to)
        self.promises = Promises(recording.sources)
        self.cuts, self.sampled, self.progress = cuts, sampled, progress
        self.problems, self.violated, self.opened = [], 0, 0
        self.unsynced = 0

    def run(self):
        moments = sorted(self.random.randrange(len(self.recording.records)) for _ in range(self.cuts))
        with ThreadPoolExecutor(4) as openers:
            jobs, done = [], 0
            for number, record in enumerate(self.recording.records):
                if record.kind == disk_model.SAID:
                    self.promises.feed(record)
                else:
                    self.disk.feed(record)
                while done < len(moments) and moments[done] == number:
                    jobs += self.cut(done, openers)
                    done += 1
                    self.progress(done)
            for job in jobs:
                self.problems += job.result()
        return self

    def cut(self, number, openers):
        state = self.disk.crashed(self.random)
        self.unsynced += sum(len(file.pending) for file in self.disk.live.values() if file) + len(self.disk.pending)
        with tempfile.TemporaryDirectory(prefix="chaos-cut-", dir=checks.scratch()) as folder:
            write_state(state, self.root, folder, only_database=True)
            problems = self.promises.broken(state, self.root, f"{folder}/fieldos.sqlite")
        if problems:
            self.violated += 1
            self.problems += [f"cut {number}: {problem}" for problem in problems]
        if self.sampled and number % (self.cuts // self.sampled or 1) == 0:
            self.opened += 1
            return [openers.submit(self.open_with_product, number, state, dict(self.promises.clips))]
        return []

    def open_with_product(self, number, state, acknowledged):
        """The product itself on what is left: it must start, work, and have all that was acknowledged."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="chaos-open-", dir=checks.scratch()))
        try:
            write_state(state, self.root, folder / "data")
            recorded = self.recording.fleet
            fleet = Fleet(folder, recorded.binary, "http://127.0.0.1:9/crm/push", recorded.shims)
            # Enough tries for a CRM that isn't there: who gives a note up says so with exit 1.
            more = {"FIELDOS_CRM_MAX_RETRIES": "100"}
            code = fleet.command("up", "--once", "--final-worker", "--auto-note", seconds=120, more=more)
            fleet.close()
            problems = [] if code == 0 else [f"'fieldos up --once' ended with {code}"]
            with checks.Store(folder / "data") as store:
                problems += store.damage() + checks.check_ops_log(store, folder / "data", may_be_behind=True)
                rows = {row["path"]: row["sha256"] for row in store.rows("clips")}
            for path, sha256 in acknowledged.items():
                file = folder / "data" / path
                if rows.get(path) != sha256 or not file.exists() or clips.digest(file) != sha256:
                    problems.append(f"{path}: acknowledged, and lost")
            log = (folder / "product.log").read_text().splitlines()[-3:]
            return [f"cut {number}, opened with the product: {problem} {log}" for problem in problems]
        finally:
            shutil.rmtree(folder, ignore_errors=True)


# Disks that lie about a sync: each must make the replay find losses, or the replay could find nothing.
LIES = {
    "journal": lambda record: record.path.endswith("-wal"),
    "recordings": lambda record: "/audio_cache/" in record.path,
    "folders": lambda record: not re.search(r"\.\w+(-\w+)?$", record.path),
}


def find_lies(recording, seed, cuts=150):
    """Whether the replay finds the losses of each lying disk: lie to number of cuts with losses."""
    return {lie: Replay(recording, cuts, seed, deaf_to).run().violated for lie, deaf_to in LIES.items()}
