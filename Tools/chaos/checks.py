"""What must hold of a data folder after everything that happened to it."""

import hashlib
import json
import pathlib
import shutil
import sqlite3
import tempfile

from crm import FAULTS

# How far apart a request's arrival, its answer, and the sender's note of it may be on a busy machine, in seconds.
RECORDING_SECONDS = 3.0


class Store:
    """The rows of a data folder, read from a copy so that nothing is changed."""

    def __init__(self, data):
        self.folder = tempfile.TemporaryDirectory(prefix="chaos-check-", dir=scratch())
        for file in pathlib.Path(data).glob("fieldos.sqlite*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, self.folder.name)
        self.db = sqlite3.connect(pathlib.Path(self.folder.name, "fieldos.sqlite"))
        self.db.row_factory = sqlite3.Row

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.db.close()
        self.folder.cleanup()

    def rows(self, table):
        return [dict(row) for row in self.db.execute(f"SELECT * FROM {table}")]

    def damage(self):
        """What SQLite finds wrong, [] for nothing."""
        try:
            found = [row[0] for row in self.db.execute("PRAGMA integrity_check") if row[0] != "ok"]
            found += [f"foreign key: {tuple(row)}" for row in self.db.execute("PRAGMA foreign_key_check")]
            return found
        except sqlite3.DatabaseError as error:
            return [str(error)]


def scratch():
    """Memory where there is some: these files need not survive."""
    return "/dev/shm" if pathlib.Path("/dev/shm").is_dir() else None


def unsettled(data):
    """What still has to happen before everything is delivered, {} when nothing has, None while nobody can say; and
    signs of life, which differ from one look to the next while something goes on."""
    try:
        db = sqlite3.connect(f"file:{data}/fieldos.sqlite?mode=ro", uri=True, timeout=5)
    except sqlite3.Error:
        return None, None
    try:
        return work_left(db), signs_of_life(db)
    except sqlite3.Error:
        return None, None
    finally:
        db.close()


def settled(data):
    """Whether everything is delivered, from a copy: where every change to the files is recorded, a connection of our
    own, which makes a journal without a word where there is none, would be a change that the record lacks."""
    try:
        with Store(data) as store:
            return work_left(store.db) == {}
    except (OSError, sqlite3.Error):  # a journal went while it was copied
        return False


def work_left(db):
    counts = {}
    for table, done in (("jobs", ("completed", "cancelled")), ("outbox", ("synced", "superseded"))):
        for state, count in db.execute(f"SELECT state, COUNT(*) FROM {table} GROUP BY state"):
            if state not in done:
                counts[f"{table} {state}"] = count
    without_note = db.execute(
        "SELECT COUNT(*) FROM transcripts t WHERE text <> '' AND NOT EXISTS"
        " (SELECT 1 FROM notes n WHERE n.clip_id = t.clip_id)"
    ).fetchone()[0]
    return counts | ({"transcripts without note": without_note} if without_note else {})


def signs_of_life(db):
    """Events tell of every change, a lease that is renewed of work that takes its time."""
    return db.execute("SELECT (SELECT MAX(seq) FROM events), (SELECT MAX(lease_expires_at) FROM jobs)").fetchone()


def check_clips(store, data, sources, acknowledged):
    """Violations among recordings, how many acknowledged ones are lost, how many files changed."""
    problems, lost, changed = [], 0, 0
    rows = store.rows("clips")
    by_hash = {row["sha256"]: row for row in rows}
    for source, sha256 in sources.items():
        if sha256 not in by_hash:
            lost += source in acknowledged
            problems.append(f"{source}: no row{', though it was acknowledged' if source in acknowledged else ''}")
    for row in rows:
        file = pathlib.Path(data, row["path"])
        if row.get("purged_at"):
            continue
        if not file.exists():
            lost += 1
            problems.append(f"{row['path']}: has a row and no file")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != row["sha256"]:
            changed += 1
            problems.append(f"{row['path']}: its bytes are not those that were taken in")
    return problems, lost, changed


def check_notes(store, acknowledged):
    """Every note that was told of has its row; every clip with words has one note. Violations and how many are lost."""
    problems, lost = [], 0
    outbox, notes = store.rows("outbox"), store.rows("notes")
    known = {row["id"][:8] for row in outbox} | {row["id"][:8] for row in notes}
    for prefix in acknowledged:
        if prefix not in known:
            lost += 1
            problems.append(f"note {prefix}: was told to be {acknowledged[prefix]} and has no row")
    clips = [row["clip_id"] for row in notes]
    for row in store.rows("transcripts"):
        if row["text"] and row["clip_id"] not in clips:
            problems.append(f"clip {row['clip_id']}: has a transcript and no note")
    problems += [f"clip {clip}: has more than one note" for clip in set(clips) if clips.count(clip) > 1]
    return problems, lost


def check_deliveries(store, entries):
    """Every note was received, once or more, with the words that the store has. Violations, deliveries."""
    problems, delivered = [], 0
    received = {}
    for entry in entries:
        received.setdefault(entry["key"], []).append(entry)
    for row in store.rows("outbox"):
        bodies = received.pop(row["id"], [])
        if row["state"] == "superseded":
            continue
        if row["state"] != "synced":
            problems.append(f"note {row['id'][:8]}: still {row['state']}: {row['last_error']}")
        if not any(entry["taken"] for entry in bodies):
            problems.append(f"note {row['id'][:8]}: {row['state']}, and the CRM never received it")
            continue
        delivered += 1
        if any(sendable(entry["body"]) != sendable(row["payload"]) for entry in bodies):
            problems.append(f"note {row['id'][:8]}: the CRM received other words than the store has")
    problems += [f"the CRM received a note that the store does not know: {key}" for key in received]
    return problems, delivered


def sendable(text):
    """A payload without what is kept for the store's own use."""
    try:
        return {name: value for name, value in json.loads(text).items() if not name.startswith("_")}
    except ValueError:
        return text


def explain_duplicates(store, entries, events):
    """Counts of notes that the CRM took again, by reason; "unexplained" is a violation.

    `events`: (monotonic seconds, reason) of what can keep a sender from writing an answer down."""
    counts, problems = {}, []
    timeouts = {row["outbox_id"] for row in store.rows("attempts") if "no answer" in (row["error"] or "")}
    taken = {}
    for entry in entries:
        if entry["taken"]:
            taken.setdefault(entry["key"], []).append(entry)
    for key, deliveries in taken.items():
        for first, second in zip(deliveries, deliveries[1:]):
            reason = explanation(first, second, events) or ("reply late" if key in timeouts else "unexplained")
            counts[reason] = counts.get(reason, 0) + 1
            if reason == "unexplained":
                seconds = second["at"] - first["at"]
                problems.append(f"note {key[:8]}: taken again {seconds:.1f} s after '{first['fault']}'")
    return counts, problems


def explanation(first, second, events):
    if not FAULTS[first["fault"]][2]:
        return "reply late" if first["fault"] == "late" else "reply cut"
    # The CRM may see a request a while after its sender was killed.
    since = first["at"] - RECORDING_SECONDS
    until = min(second["at"], first.get("answered_at", first["at"]) + RECORDING_SECONDS)
    return next((reason for at, reason in events if since <= at <= until), None)


def is_ops_log_behind(data):
    with Store(data) as store:
        try:
            return bool(check_ops_log(store, data))
        except sqlite3.Error:
            return True


def check_ops_log(store, data, may_be_behind=False):
    """Every CRM event is in the operations log once; the latest may follow later."""
    file = pathlib.Path(data, "ops_log.jsonl")
    if not file.exists():
        return []
    wanted = [row["seq"] for row in store.rows("events") if row["kind"].startswith("crm.")]
    found = []
    for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
        try:
            found.append(json.loads(line).get("seq"))
        except ValueError:
            return [f"ops_log.jsonl: line {number} is not JSON"]
    problems = []
    if len(set(found)) != len(found):
        problems.append("ops_log.jsonl: an event is there more than once")
    last = max((seq for seq in found if seq is not None), default=0)
    if missing := {seq for seq in wanted if not may_be_behind or seq <= last} - set(found):
        problems.append(f"ops_log.jsonl: {len(missing)} of {len(wanted)} CRM events are missing")
    return problems
