"""The three training stages: what they have in common is in examples.py and train.py, what differs is here."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """Data mix, augmentation and schedule of one stage."""

    warmup_steps: int
    batch: int  # examples
    ctc_weight: float  # at the start; falls to 0 at 87 % of the time
    several_share: float  # of the draws, whose examples hold up to `most` utterances rather than one
    several_from: float  # part of the time before which every example holds one utterance
    alone_share: float  # of a draw with several: examples that hold one all the same
    most: int  # utterances in an example
    seconds: tuple[int, ...]  # longest example, when several
    pause: float  # longest pause between utterances, seconds, when several
    tail: tuple[float, float]  # seconds of silence after the longest example of a batch
    zero_padding: float  # share of batches padded with 0.0 in normalised log-mel space, as faster-whisper pads
    stand_ins: int  # positions that stand for the padding up to 30 s (model.py)
    stand_ins_share: float  # of batches
    full_windows_from: float  # part of the time from which some batches are whole 30 s windows
    full_windows_share: float  # of batches then
    evaluate_every: int  # steps; 0: at the end only
    full_window_scores: bool  # whether scores on the way use 30 s windows


STAGES = {
    # Words: short windows of one sentence, guided by CTC; later up to three; at the end some whole windows.
    1: Stage(
        warmup_steps=250, batch=32, ctc_weight=1.0, several_share=1.0, several_from=0.62, alone_share=0.6, most=3,
        seconds=(6, 9, 12), pause=1.0, tail=(0, 0.5), zero_padding=0.0, stand_ins=0, stand_ins_share=0.0,
        full_windows_from=0.88, full_windows_share=0.6, evaluate_every=500, full_window_scores=False,
    ),
    # Padding: the stand-ins and 0.0 padding teach it windows as faster-whisper feeds them, at a short window's cost.
    2: Stage(
        warmup_steps=30, batch=32, ctc_weight=0.25, several_share=0.5, several_from=0.0, alone_share=0.6, most=3,
        seconds=(8, 12, 14), pause=1.0, tail=(0.15, 0.6), zero_padding=0.65, stand_ins=96, stand_ins_share=0.75,
        full_windows_from=1.0, full_windows_share=0.0, evaluate_every=250, full_window_scores=True,
    ),
    # Several sentences: two to five in a window, most of the time.
    3: Stage(
        warmup_steps=30, batch=24, ctc_weight=0.25, several_share=0.85, several_from=0.0, alone_share=0.0, most=5,
        seconds=(10, 13, 16), pause=0.8, tail=(0.15, 0.6), zero_padding=0.65, stand_ins=96, stand_ins_share=0.75,
        full_windows_from=1.0, full_windows_share=0.0, evaluate_every=0, full_window_scores=True,
    ),
}  # fmt: skip
