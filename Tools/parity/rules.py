"""When two answers are the same, and how a difference is judged."""
from dataclasses import dataclass, field

from sides import Answer

TIME, WORD_TIME = 1e-6, 0.01 + 1e-9  # seconds
BATCHED_TIME = 5.1e-4  # upstream rounds a batch's times to milliseconds
NUMBERS = {"avg_logprob": 1e-4, "compression_ratio": 1e-4, "no_speech_prob": 1e-4, "temperature": 1e-6}
PROBABILITY = 1e-3  # of a word
FACTS = {"language_probability": 1e-4, "duration": 1e-6, "duration_after_vad": 1e-6}


@dataclass
class Verdict:
    """How one clip of a case came out: identical, allowed or failed."""

    model: str
    group: str
    case: str
    clip: str
    outcome: str = "identical"
    differences: list[str] = field(default_factory=list)
    cause: str = ""
    command: str = ""


def near(a, b, tolerance: float) -> bool:
    """Equality of two numbers; None stands for NaN."""
    if a is None or b is None or a != a or b != b:
        return (a is None or a != a) and (b is None or b != b)
    return abs(a - b) <= tolerance


def words_of(ours: dict, theirs: dict, name: str) -> list[str]:
    """Differences between two segments' words."""
    a, b = ours.get("words"), theirs.get("words")
    if (a is None) != (b is None):
        return [f"{name}: words on one side only"]
    if a is None:
        return []
    if [word["word"] for word in a] != [word["word"] for word in b]:
        return [f"{name}: words {[w['word'] for w in a][:6]} for {[w['word'] for w in b][:6]}"]
    found = []
    for x, y in zip(a, b):
        if not (near(x["start"], y["start"], WORD_TIME) and near(x["end"], y["end"], WORD_TIME)):
            found.append(f"{name} {x['word']!r}: {x['start']:.2f}-{x['end']:.2f} for {y['start']:.2f}-{y['end']:.2f}")
        if not near(x["probability"], y["probability"], PROBABILITY):
            found.append(f"{name} {x['word']!r}: probability {x['probability']} for {y['probability']}")
    return found


def segment_differences(ours: dict, theirs: dict, batched: bool) -> list[str]:
    """Differences between two segments."""
    name = f"segment {theirs['id']}"
    found = [f"{name}: {key} {str(ours[key])[:80]} for {str(theirs[key])[:80]}" for key in ("tokens", "text", "seek", "id")
             if ours[key] != theirs[key]]  # fmt: skip
    # A segment with words begins and ends where they do, and those are equal to a hundredth only.
    tolerance = WORD_TIME if theirs.get("words") else BATCHED_TIME if batched else TIME
    for key in ("start", "end"):
        if not near(ours[key], theirs[key], tolerance):
            found.append(f"{name}: {key} {ours[key]} for {theirs[key]}")
    for key, tolerance in NUMBERS.items():
        if not near(ours.get(key), theirs[key], tolerance):
            found.append(f"{name}: {key} {ours.get(key)} for {theirs[key]}")
    return found + words_of(ours, theirs, name)


def differences(ours: Answer, theirs: Answer, batched: bool) -> list[str]:
    """Everything in which the answers differ."""
    if ours.error or theirs.error:
        return [f"{who}: {answer.error}" for who, answer in (("FieldOS", ours), ("faster-whisper", theirs)) if answer.error]
    found = []
    if ours.facts.get("language") != theirs.facts["language"]:
        found.append(f"language {ours.facts.get('language')} for {theirs.facts['language']}")
    for key, tolerance in FACTS.items():
        if not near(ours.facts.get(key), theirs.facts[key], tolerance):
            found.append(f"{key} {ours.facts.get(key)} for {theirs.facts[key]}")
    if len(ours.segments) != len(theirs.segments):
        found.append(f"{len(ours.segments)} segments for {len(theirs.segments)}")
    for a, b in zip(ours.segments, theirs.segments):
        found += segment_differences(a, b, batched)
    return found


def upstream_fault(ours: Answer, theirs: Answer) -> str:
    """A difference that is upstream's own fault, named; empty otherwise."""
    if theirs.error and not ours.error:
        return f"upstream ends with an error ({theirs.error}) where FieldOS answers"
    return ""
