"""The training stages: what they have in common is in examples.py and train.py, what differs is here."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """Data mix and schedule of one stage."""

    steps: int
    rate: float  # peak learning rate
    warmup_steps: int
    batch_seconds: int  # of audio, padding included
    sentences: tuple[tuple[int, ...], ...]  # what a batch's examples hold at most; one is drawn
    ctc_weight: float  # at the start; falls to 0 at 87 % of the time
    alignment_weight: float
    stand_ins_share: float  # of batches in which some positions stand for the padding up to 30 s (model.py)
    full_share: float  # of batches that are whole 30 s windows, notes cut at their end among them


STAGES = {
    # Words: short windows, guided by CTC.
    "words": Stage(
        steps=3000, rate=1.2e-3, warmup_steps=250, batch_seconds=130, sentences=((1,), (1,), (1,), (1, 2, 3)), ctc_weight=1.0,
        alignment_weight=0.1, stand_ins_share=0.0, full_share=0.0,
    ),
    # Notes: up to eight sentences, padded as at run time.
    "notes": Stage(
        steps=5000, rate=8e-4, warmup_steps=60, batch_seconds=170, sentences=((1,), (1, 2, 3), (3, 4, 5, 6, 7, 8), (4, 5, 6, 7, 8)),
        ctc_weight=0.5, alignment_weight=0.3, stand_ins_share=0.9, full_share=0.06,
    ),
}  # fmt: skip
