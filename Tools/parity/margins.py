"""How near faster-whisper itself was to another answer, measured where the two sides part."""
from dataclasses import dataclass

import numpy as np

from sides import Answer, FasterWhisper

TIE = 1e-4


@dataclass
class Parting:
    """The call of `generate` whose answer the other side has differently."""

    encoded: object
    prompts: list
    given: dict
    place: int  # in the batch
    at: int  # index of the first token that differs, in the whole answer

    @property
    def greedy(self) -> bool:
        """One hypothesis, no samples."""
        return self.given.get("beam_size", 5) == 1 and "num_hypotheses" not in self.given


def first_segment(ours: list[dict], theirs: list[dict]) -> int | None:
    """Index of the first segment whose tokens differ."""
    for index, (a, b) in enumerate(zip(ours, theirs)):
        if a["tokens"] != b["tokens"]:
            return index
    return None if len(ours) == len(theirs) else min(len(ours), len(theirs))


def first_token(ours: list[int], theirs: list[int]) -> int:
    """Index of the first token that differs; the shorter one's length when it begins the other."""
    return next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))


def find(side: FasterWhisper, ours: list[int], theirs: list[int]) -> Parting | None:
    """The first call whose answer holds faster-whisper's segment."""
    for encoded, prompts, given, results in side.calls:
        for place, result in enumerate(results):
            answer = result.sequences_ids[0]
            for start in range(len(answer) - len(theirs) + 1):
                if answer[start : start + len(theirs)] == theirs:
                    return Parting(encoded, prompts, given, place, start + first_token(ours, theirs))
    return None


def of_beams(side: FasterWhisper, parting: Parting) -> float:
    """Score of the best hypothesis less that of the second."""
    given = {**parting.given, "num_hypotheses": parting.given.get("beam_size", 5)}
    scores = side.inner.generate(parting.encoded, parting.prompts, **given)[parting.place].scores
    return scores[0] - scores[1] if len(scores) > 1 else float("inf")


def of_greedy(side: FasterWhisper, parting: Parting) -> float:
    """Lead of the token at the parting over the next best, in logits after all masks."""
    again = side.inner.generate(parting.encoded, parting.prompts, **parting.given, return_logits_vocab=True)
    steps = again[parting.place].logits[0]
    if parting.at >= len(steps):
        return float("inf")
    second, first = np.partition(np.array(steps[parting.at]).ravel(), -2)[-2:]
    return float(first - second)


def measure(side: FasterWhisper, ours: Answer, theirs: Answer) -> tuple[float | None, str]:
    """The margin where the sides part and what it is; None where there is nothing to measure."""
    index = first_segment(ours.segments, theirs.segments)
    if index is None:
        return None, "the tokens are the same"
    if index >= len(theirs.segments):
        return None, f"segment {index + 1} is FieldOS's alone"
    mine = ours.segments[index]["tokens"] if index < len(ours.segments) else []
    parting = find(side, mine, theirs.segments[index]["tokens"])
    if parting is None:
        return None, f"no call of generate gave segment {index + 1}"
    if parting.greedy:
        return of_greedy(side, parting), f"segment {index + 1}, token {parting.at + 1} of its window: lead of the best token"
    return of_beams(side, parting), f"segment {index + 1}: lead of the best hypothesis"
