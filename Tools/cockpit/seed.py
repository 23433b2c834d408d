"""Fills a data folder with notes, each with a draft and its delivery: what a team of years looks like."""

import hashlib
import json
import random
import sqlite3
import time

WORDS = """bed refresh mulch drain gutter board vote budget irrigation frost snow salt hedge oak slope invoice quarter
entrance island price quote option photo storm water spring fall crew start June week meeting invoice treasurer gate
parking walkway color plan sign contract stage""".split()


def seed(database, notes, owner="local"):
    """Adds this many notes, a quarter hour apart, the newest now; one in fifty is not in the CRM."""
    chance = random.Random(7)
    now = int(time.time() * 1000)
    link = sqlite3.connect(database, timeout=30)
    accounts = link.execute(
        "SELECT p.id, p.name, a.name, a.customer_id FROM people p JOIN accounts a ON a.id = p.account_id").fetchall()
    with link:
        for number in range(notes):
            add(link, chance, now - (notes - number) * 900_000, number, owner, chance.choice(accounts))
    link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    link.close()


def add(link, chance, at, number, owner, about):
    person, name, account, customer = about
    text = " ".join(chance.choice(WORDS) for _ in range(60)) + f" {number}"
    note = hashlib.sha256(f"note {number}".encode()).hexdigest()[:32]
    payload = json.dumps({"contact_name": name, "account": account, "customer_id": customer, "note": text})
    link.execute("INSERT INTO notes (id, owner_id, clip_id, created_at) VALUES (?, ?, NULL, ?)", (note, owner, at))
    link.execute("INSERT INTO note_versions (note_id, number, owner_id, text, created_at) VALUES (?, 1, ?, ?, ?)",
                 (note, owner, text, at))
    link.execute("DELETE FROM drafts WHERE id = ?", (note,))
    link.execute(
        "INSERT INTO drafts (seq, id, owner_id, contact_id, contact_name, account, text, version, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?)", (at * 1024, note, owner, person, name, account, text, at, at))
    link.execute(
        "INSERT INTO draft_versions (draft_id, number, owner_id, text, origin, created_at) VALUES (?, 1, ?, ?, 'typed', ?)",
        (note, owner, text, at))
    kept = number % 50 == 0
    link.execute(
        "INSERT INTO outbox (id, owner_id, note_id, note_version, payload_id, payload, state, attempts, response_code,"
        " last_error, created_at, state_changed_at) VALUES (?, ?, ?, 1, ?, ?, ?, 1, ?, ?, ?, ?)",
        (hashlib.sha256(f"entry {number}".encode()).hexdigest()[:32], owner, note, note, payload,
         "failed" if kept else "synced", 422 if kept else 201, "unknown stage" if kept else None, at, at))
