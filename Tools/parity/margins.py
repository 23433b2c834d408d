"""How near faster-whisper itself was to another answer, measured where the two sides part."""
from sides import Answer, FasterWhisper

TIE = 1e-4


def parting(ours: list[dict], theirs: list[dict]) -> int | None:
    """Index of the first segment whose tokens differ."""
    for index, (a, b) in enumerate(zip(ours, theirs)):
        if a["tokens"] != b["tokens"]:
            return index
    return None if len(ours) == len(theirs) else min(len(ours), len(theirs))


def holds(sequence: list[int], part: list[int]) -> bool:
    """Whether a run of tokens lies in a sequence."""
    return any(sequence[at : at + len(part)] == part for at in range(len(sequence) - len(part) + 1))


def call_of(side: FasterWhisper, tokens: list[int]):
    """The call that gave a segment's tokens, and the window's place in its batch."""
    for encoded, prompts, given, results in side.calls:
        for place, result in enumerate(results):
            if holds(result.sequences_ids[0], tokens):
                return encoded, prompts, given, results, place
    return None


def of_beams(side: FasterWhisper, encoded, prompts, given, place: int) -> float:
    """Score of the best hypothesis less that of the second."""
    again = {**given, "num_hypotheses": given.get("beam_size", 5)}
    scores = side.inner.generate(encoded, prompts, **again)[place].scores
    return scores[0] - scores[1] if len(scores) > 1 else float("inf")


def of_greedy(side: FasterWhisper, encoded, prompts, given, place: int) -> float:
    """Smallest lead of a step's best token over the next, in logits after all masks."""
    import numpy as np

    result = side.inner.generate(encoded, prompts, **given, return_logits_vocab=True)[place]
    leads = []
    for logits in result.logits[0]:
        second, first = np.partition(np.array(logits).ravel(), -2)[-2:]
        leads.append(float(first - second))
    return min(leads, default=float("inf"))


def measure(side: FasterWhisper, ours: Answer, theirs: Answer) -> tuple[float | None, str]:
    """The margin where the sides part and what it is; None where there is nothing to measure."""
    at = parting(ours.segments, theirs.segments)
    if at is None:
        return None, "the tokens are the same"
    if at >= len(theirs.segments):
        return None, f"segment {at + 1} is FieldOS's alone"
    found = call_of(side, theirs.segments[at]["tokens"])
    if found is None:
        return None, f"no call of generate gave segment {at + 1}"
    encoded, prompts, given, _, place = found
    greedy = given.get("beam_size", 5) == 1 and given.get("sampling_temperature", 0) in (0, 1) and "num_hypotheses" not in given
    margin = (of_greedy if greedy else of_beams)(side, encoded, prompts, given, place)
    return margin, f"segment {at + 1}: " + ("smallest lead of a token" if greedy else "lead of the best hypothesis")
