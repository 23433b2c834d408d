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


def seed_week(database, owner="local"):
    """Two attempts at each note's delivery and a transcript for each, spread over the last seven days."""
    now, week = int(time.time() * 1000), 7 * 86_400_000
    link = sqlite3.connect(database, timeout=30)
    with link:
        entries = link.execute("SELECT id, state, response_code, last_error FROM outbox").fetchall()
        for number, entry in enumerate(entries):
            work(link, number, now - week * (len(entries) - number) // len(entries), owner, entry)
    link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    link.close()


def work(link, number, at, owner, entry):
    outbox, state, code, error = entry
    link.executemany(
        "INSERT INTO attempts (owner_id, outbox_id, started_at, finished_at, state, response_code, error)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(owner, outbox, at, at + 400, "retrying", 503, "not now"), (owner, outbox, at + 2000, at + 2300, state, code, error)])
    name, length = hashlib.sha256(f"clip {number}".encode()).hexdigest(), 20 + number % 60
    clip, took = name[:32], 900 + 37 * (number % 100)
    link.execute(
        "INSERT INTO clips (id, owner_id, path, original_name, byte_count, sha1, sha256, duration_seconds, created_at,"
        " purged_at) VALUES (?, ?, ?, 'visit.wav', 1000, ?, ?, ?, ?, ?)",
        (clip, owner, f"audio_cache/{clip}.wav", name[:40], name, length, at, at))
    link.execute(
        "INSERT INTO jobs (id, owner_id, clip_id, kind, state, attempts, max_attempts, claims, run_at, created_at,"
        " updated_at, completed_at) VALUES (?, ?, ?, 'transcribe', 'completed', 1, 5, 1, ?, ?, ?, ?)",
        (clip, owner, clip, at, at, at + took, at + took))
    link.execute(
        "INSERT INTO job_attempts (job_id, number, owner_id, worker, started_at, ended_at, outcome)"
        " VALUES (?, 1, ?, 'seed', ?, ?, 'completed')", (clip, owner, at, at + took))
    link.execute(
        "INSERT INTO transcripts (id, owner_id, clip_id, number, text, segments, language, confidence, audio_seconds,"
        " latency_ms, model, compute_type, engine, completed_at)"
        " VALUES (?, ?, ?, 1, 'Said.', '[]', 'en', 0.9, ?, ?, 'demo-en', 'int8', 'seed', ?)",
        (clip, owner, clip, length, took, at + took))
    link.execute(
        "INSERT INTO events (at, kind, owner_id, subject_id, json) VALUES (?, 'job.completed', ?, ?, '{}')",
        (at + took, owner, clip))
