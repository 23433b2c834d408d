"""What is measured: a row is the same piece of work for each engine that can do it."""
from dataclasses import dataclass, field

from engines import FASTER_WHISPER, OURS, WHISPER_CPP

SECTIONS = ("encode", "token", "clips", "batch", "cold", "memory")
FEW, MANY = 20, 100  # tokens whose difference makes the time of one
BATCH = 8


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    section: str
    name: str
    # By engine: one request, or two whose difference counts, divided by the difference of their tokens.
    requests: dict[str, tuple[dict, ...]]
    # Decides which settings a peer does best with, and warms the engines up; others of its section follow.
    leads: bool = True
    in_quick: bool = True
    in_avx2: bool = False


@dataclass(frozen=True)
class Whole:
    """A whole process."""

    section: str
    name: str
    clips: list[str]
    tokens: int
    batch: int = 0
    engines: tuple[str, ...] = field(default=(OURS, FASTER_WHISPER, WHISPER_CPP))


def encode_rows(clips: dict[int, str]) -> list[Row]:
    """The parts before the first token."""
    mel, plain, cross = {"op": "mel", "clip": clips[30]}, {"op": "encode"}, {"op": "encode", "cross": True}
    return [
        Row("encode", "log-mel of 30 s", {engine: (mel,) for engine in (OURS, FASTER_WHISPER, WHISPER_CPP)}),
        Row("encode", "encode 30 s", {OURS: (plain,), FASTER_WHISPER: (plain,)}, in_avx2=True),
        Row("encode", "encode 30 s, with the decoder's keys and values", {OURS: (cross,), WHISPER_CPP: (cross,)}),
    ]


def token_rows(quick: bool) -> list[Row]:
    """One more token."""
    counts = (FEW // 2, FEW) if quick else (FEW, MANY)
    rows = []
    for name, beams in (("greedy", 1), ("beam 5", 5)):
        pair = tuple({"op": "tokens", "beams": beams, "tokens": count} for count in counts)
        engines = (OURS, FASTER_WHISPER, WHISPER_CPP)
        rows.append(Row("token", f"a token, {name}", {engine: pair for engine in engines}, in_avx2=True))
    return rows


def clip(path: str, tokens: int, **more) -> dict:
    """A request for one recording."""
    return {"op": "transcribe", "clips": [path], "beams": 5, "tokens": tokens, **more}


def clip_rows(clips: dict[int, str]) -> list[Row]:
    """Whole recordings."""
    engines = (OURS, FASTER_WHISPER, WHISPER_CPP)

    def row(seconds: int, tokens: int, **more) -> Row:
        each = " a window" if seconds > 30 else ""
        requests = {engine: (clip(clips[seconds], tokens),) for engine in engines}
        return Row("clips", f"{seconds} s, {tokens} tokens{each}, beam 5", requests, **more)

    adaptive = {OURS: (clip(clips[5], 18, audioContext="adaptive"),)}
    adaptive |= {engine: (clip(clips[5], 18),) for engine in (FASTER_WHISPER, WHISPER_CPP)}
    return [
        row(5, 18, in_avx2=True), row(10, 32, leads=False), row(30, 32, leads=False, in_avx2=True),
        row(30, 100, leads=False, in_quick=False), row(120, 32, leads=False, in_quick=False),
        Row("clips", "5 s, 18 tokens, beam 5, ours with adaptive audio context", adaptive, leads=False),
    ]  # fmt: skip


def batch_rows(clips: dict[int, str], queue: list[str]) -> list[Row]:
    """Windows that are decoded together."""
    queued = {"op": "transcribe", "clips": queue, "beams": 5, "tokens": 32, "batch": BATCH}
    long = clip(clips[120], 32, batch=BATCH)
    return [
        Row("batch", f"{len(queue)} clips of 10 s in batches of {BATCH}, 32 tokens, beam 5",
            {OURS: (queued,), FASTER_WHISPER: (queued,)}, in_quick=False),
        Row("batch", f"120 s in batches of {BATCH}, 32 tokens a window, beam 5", {OURS: (long,), FASTER_WHISPER: (long,)}),
    ]  # fmt: skip


def warm_rows(clips: dict[int, str], queue: list[str], quick: bool) -> list[Row]:
    """All rows of warm processes."""
    rows = encode_rows(clips) + token_rows(quick) + clip_rows(clips) + batch_rows(clips, queue)
    return [row for row in rows if row.in_quick or not quick]


def whole_rows(clips: dict[int, str], queue: list[str]) -> list[Whole]:
    """All rows of whole processes."""
    return [
        Whole("cold", "whole process, 5 s, 18 tokens, beam 5", [clips[5]], 18),
        Whole("memory", f"whole process, {len(queue)} clips of 10 s, batches of {BATCH}, 32 tokens, beam 5", queue, 32, BATCH,
              (OURS, FASTER_WHISPER)),
    ]  # fmt: skip
