"""Damages a sound data folder in every way that the checks are there for: each damage must be found."""

import pathlib
import shutil
import sqlite3
import tempfile

import checks


def recordings(data):
    """The files that rows name: what a kill left beside them is nobody's loss."""
    with sqlite3.connect(pathlib.Path(data, "fieldos.sqlite")) as db:
        paths = db.execute("SELECT path FROM clips WHERE purged_at IS NULL ORDER BY rowid").fetchall()
    db.close()
    return [pathlib.Path(data, path) for path, in paths]


def spoil_byte(data, _):
    file = max(recordings(data), key=lambda file: file.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def lose_file(data, _):
    recordings(data)[0].unlink()


def execute(sql):
    def damage(data, _):
        with sqlite3.connect(pathlib.Path(data, "fieldos.sqlite")) as db:
            db.execute("PRAGMA foreign_keys = OFF")
            db.execute(sql)
        db.close()

    return damage


def lose_deliveries(_, entries):
    key = entries[0]["key"]
    entries[:] = [entry for entry in entries if entry["key"] != key]


def double_delivery(_, entries):
    known = next(entry for entry in entries if entry["taken"] and entry["fault"] == "ok")
    entries.append(known | {"at": known["at"] + 60})


def change_words(_, entries):
    entries[0]["body"] = entries[0]["body"].replace("note", "nota", 1)


DAMAGES = {
    "a byte of a recording changed": spoil_byte,
    "a recording deleted": lose_file,
    "a recording's row deleted": execute("DELETE FROM clips WHERE rowid = (SELECT MIN(rowid) FROM clips)"),
    "a note's delivery deleted": execute("DELETE FROM outbox WHERE rowid = (SELECT MIN(rowid) FROM outbox)"),
    "a note never received": lose_deliveries,
    "a note received twice without cause": double_delivery,
    "a note received with other words": change_words,
}


def missed(data, sources, clips, notes, entries):
    """The damages that the checks did not find, [] when they can be relied on; and what they find without any."""
    found = {}
    for name, damage in {"": lambda *_: None, **DAMAGES}.items():
        with tempfile.TemporaryDirectory(prefix="chaos-proof-", dir=checks.scratch()) as folder:
            copy = pathlib.Path(folder, "data")
            shutil.copytree(data, copy)
            received = [dict(entry) for entry in entries]
            damage(copy, received)
            with checks.Store(copy) as store:
                problems = checks.check_clips(store, copy, sources, clips)[0]
                problems += checks.check_notes(store, notes)[0] + checks.check_deliveries(store, received)[0]
                problems += checks.explain_duplicates(store, received, [])[1]
            found[name] = problems
    sound = set(found.pop(""))
    return [name for name, problems in found.items() if not set(problems) - sound]
