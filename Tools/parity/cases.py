"""What is compared: every option of faster-whisper's `transcribe` away from its default, alone and with others."""
from dataclasses import dataclass, field

SHORT = ["note000", "note018", "visit1"]
PAIR = ["note004", "visit3"]
LONG = ["long"]
OFF = {"log_prob_threshold": None, "no_speech_threshold": None}
# A temperature so low that every draw is the likeliest token: both sides then draw the same.
COLD = 0.00002
WORDY = {"word_timestamps": True}


@dataclass(frozen=True)
class Case:
    """One command on both sides. Options have faster-whisper's names; temperature is 0 unless it is given."""

    name: str
    group: str
    clips: list[str]
    options: dict = field(default_factory=dict)
    batch: int | None = None  # BatchedInferencePipeline with this batch size
    multilingual_only: bool = False
    trained_only: bool = False
    untrained_only: bool = False  # for one, what would need more positions than the demo model has
    slow: bool = False

    def fits(self, model: str, quick: bool) -> bool:
        """Whether the case runs with a model."""
        trained = model == "demo"
        wrong = self.trained_only if not trained else self.multilingual_only or self.untrained_only
        return not wrong and not (quick and self.slow)


def group(name: str, clips: list[str], rows: dict[str, dict], **flags) -> list[Case]:
    """Cases that share a group and clips."""
    return [Case(f"{name}/{label}", name, clips, options, **flags) for label, options in rows.items()]


SEARCH = group("search", SHORT, {
    "greedy": {"beam_size": 1},
    "beam-2": {"beam_size": 2},
    "beam-5": {},
    "beam-8": {"beam_size": 8},
    "patience-2": {"patience": 2.0},
    "patience-half": {"beam_size": 4, "patience": 0.5},
    "length-penalty-half": {"length_penalty": 0.5},
    "length-penalty-2": {"length_penalty": 2.0},
    "length-penalty-0": {"length_penalty": 0.0},
    "repetition-penalty": {"repetition_penalty": 1.2},
    "repetition-penalty-greedy": {"repetition_penalty": 1.2, "beam_size": 1},
    "repetition-penalty-below-1": {"repetition_penalty": 0.9, "beam_size": 2},
    "no-repeat-3": {"no_repeat_ngram_size": 3},
    "no-repeat-1-greedy": {"no_repeat_ngram_size": 1, "beam_size": 1},
    "no-repeat-2-penalty": {"no_repeat_ngram_size": 2, "repetition_penalty": 1.1, "length_penalty": 0.8,
                            "patience": 1.5},
    "max-new-tokens-5": {"max_new_tokens": 5},
    "max-new-tokens-1": {"max_new_tokens": 1},
})
ALL_CLIPS = [f"note{i:03}" for i in range(40)] + [f"visit{i}" for i in range(1, 7)]
PLAIN_ALL = [
    Case(f"plain/{beam}{'-text' if plain else ''}", "plain", ALL_CLIPS,
         {"beam_size": beam, "without_timestamps": plain}, trained_only=True)
    for beam in (1, 5) for plain in (False, True)
]  # fmt: skip
TOKENS = group("tokens", PAIR, {
    "blank-allowed": {"suppress_blank": False},
    "nothing-suppressed": {"suppress_tokens": []},
    "some-suppressed": {"suppress_tokens": [13, 11, 262, 264, 290, 311, 340]},
    "default-and-more": {"suppress_tokens": [-1, 264, 290, 311]},
    "without-timestamps": {"without_timestamps": True},
    "without-timestamps-greedy": {"without_timestamps": True, "beam_size": 1},
    "initial-timestamp-0": {"max_initial_timestamp": 0.0},
    "initial-timestamp-30": {"max_initial_timestamp": 30.0},
    "initial-timestamp-third": {"max_initial_timestamp": 0.33, "beam_size": 1},
})
CONTEXT = group("context", LONG, {
    "over-windows": {},
    "over-windows-greedy": {"beam_size": 1},
    "no-previous-text": {"condition_on_previous_text": False},
    "initial-prompt": {"initial_prompt": "Notes about Acme, mulch and the north gate."},
    "initial-prompt-tokens": {"initial_prompt": [300, 301, 302, 400, 500, 600]},
    "hotwords": {"hotwords": "Terrence Valley Church irrigation"},
    "hotwords-and-prompt": {"hotwords": "Samir Patel", "initial_prompt": "Met with the owner.", "beam_size": 2},
    "prefix-text": {"prefix": "The client", "without_timestamps": True},
    "prefix-hotwords-prompt": {"prefix": "Next step", "hotwords": "Olivia", "initial_prompt": "On Sunday.",
                               "without_timestamps": True},
    "prompt-translate": {"task": "translate", "initial_prompt": "Good morning."},
})
LONG_PROMPT = group("context", ["note018"], {
    "long-prompt": {"initial_prompt": list(range(300, 700))},
    "long-hotwords": {"hotwords": "mulch and gravel " * 120, "initial_prompt": "Met with Anna."},
}, untrained_only=True)
FULL_LENGTH = group("search", ["note018"], {"full-length": {"max_new_tokens": None, "beam_size": 1},
                                            "full-length-beam": {"max_new_tokens": None, "beam_size": 3}},
                    untrained_only=True, slow=True)  # fmt: skip
PREFIX = group("context", PAIR, {"prefix": {"prefix": "The"}, "prefix-greedy": {"prefix": "She said", "beam_size": 1}})
THRESHOLDS = group("fallback", ["note004", "pauses"], {
    "all-fail": {"temperature": [0.0], "log_prob_threshold": 0.0, "compression_ratio_threshold": 0.1},
    "cold-second": {"temperature": [0.0, COLD], "log_prob_threshold": 0.0, "best_of": 1},
    "cold-best-of-3": {"temperature": [COLD], "best_of": 3},
    "cold-reset": {"temperature": [0.0, COLD], "log_prob_threshold": -0.2, "prompt_reset_on_temperature": COLD / 2,
                   "best_of": 2, "no_speech_threshold": None},
    "ratio": {"temperature": [0.0, COLD], "compression_ratio_threshold": 1.0, "log_prob_threshold": None, "best_of": 2},
    "no-thresholds": {"compression_ratio_threshold": None, **OFF},
    "skip-much": {"no_speech_threshold": 0.0005, "log_prob_threshold": None},
    "skip-unlikely": {"no_speech_threshold": 0.001, "log_prob_threshold": -0.4},
    "skip-never": {"no_speech_threshold": 1.0},
})  # fmt: skip
SPANS = group("what is decoded", ["minute"], {
    "clip-from": {"clip_timestamps": [12.5]},
    "clip-pair": {"clip_timestamps": [3.0, 21.25]},
    "clips-odd": {"clip_timestamps": [1.5, 9.0, 40.02]},
    "clips-even": {"clip_timestamps": [0.0, 5.0, 5.0, 11.11, 30.0, 62.0]},
    "clip-beyond-end": {"clip_timestamps": [50.0, 500.0]},
    "clips-overlapping": {"clip_timestamps": [10.0, 30.0, 20.0, 41.0]},
    "clip-words": {"clip_timestamps": [8.0, 29.0], **WORDY},
    "chunk-10": {"chunk_length": 10},
    "chunk-20-words": {"chunk_length": 20, **WORDY},
    "chunk-10-clips": {"chunk_length": 10, "clip_timestamps": [2.0, 17.0, 30.0]},
})
EDGES = group("edges", ["hiss", "instant"], {
    "defaults": {}, "words": WORDY, "greedy-text": {"beam_size": 1, "without_timestamps": True},
})  # fmt: skip
WORDS = group("words", ["note000", "note018", "long"], {
    "words": WORDY,
    "greedy": {**WORDY, "beam_size": 1},
    "text": {**WORDY, "without_timestamps": True},
    "no-punctuation": {**WORDY, "prepend_punctuations": "", "append_punctuations": ""},
    "other-punctuation": {**WORDY, "prepend_punctuations": "(-'", "append_punctuations": ".,s"},
    "hallucination-1": {**WORDY, "hallucination_silence_threshold": 1.0},
    "hallucination-tenth": {**WORDY, "hallucination_silence_threshold": 0.1, "condition_on_previous_text": False},
})
VAD = group("voice activity", ["pauses"], {
    "defaults": {"vad_filter": True},
    "words": {"vad_filter": True, **WORDY},
    "strict": {"vad_filter": True, "vad_parameters": {"threshold": 0.8, "neg_threshold": 0.6,
                                                      "min_speech_duration_ms": 400}},
    "short": {"vad_filter": True, "vad_parameters": {"max_speech_duration_s": 3.0, "min_silence_duration_ms": 100,
                                                     "speech_pad_ms": 30}},
    "with-clips": {"vad_filter": True, "clip_timestamps": [4.0, 20.0]},
    "chunks": {"vad_filter": True, "chunk_length": 12, "beam_size": 1},
})  # fmt: skip
NOTHING_HEARD = group("voice activity", ["hiss"], {"silence": {"vad_filter": True}})
LANGUAGE = group("language", ["note018", "minute"], {
    "detect": {"language": None},
    "detect-3": {"language": None, "language_detection_segments": 3, "language_detection_threshold": 0.99},
    "detect-majority": {"language": None, "language_detection_segments": 2, "language_detection_threshold": 1.0},
    "detect-low": {"language": None, "language_detection_segments": 4, "language_detection_threshold": 0.05},
    "detect-from-clip": {"language": None, "clip_timestamps": [31.0]},
    "given": {"language": "de"},
    "unspaced": {"language": "ja", **WORDY},
    "translate": {"language": "fr", "task": "translate"},
    "detect-translate": {"language": None, "task": "translate", "beam_size": 1},
    "every-window": {"multilingual": True},
    "every-window-words": {"multilingual": True, "language": None, **WORDY, "beam_size": 2},
}, multilingual_only=True)
ENGLISH = group("language", PAIR, {
    "ignored": {"language": "fr"}, "task-ignored": {"task": "translate", "multilingual": True},
}, trained_only=True)  # fmt: skip
BATCHED = [
    Case(f"batched/{label}", "batched", clips, OFF | options, batch=size)
    for label, clips, size, options in (
        ("one", ["note018"], 1, {"vad_filter": False}),
        ("vad-1", ["minute"], 1, {"vad_filter": True, "without_timestamps": True}),
        ("vad-4", ["minute"], 4, {"vad_filter": True, "without_timestamps": True}),
        ("vad-8-timestamps", ["minute"], 8, {"vad_filter": True, "without_timestamps": False}),
        ("vad-4-words", ["minute"], 4, {"vad_filter": True, "without_timestamps": False, **WORDY}),
        ("vad-2-words-text", ["minute"], 2, {"vad_filter": True, "without_timestamps": True, **WORDY}),
        ("vad-parameters", ["pauses"], 4, {"vad_filter": True, "vad_parameters": {"min_silence_duration_ms": 300}}),
        ("clips", ["minute"], 4, {"clip_timestamps": [1.0, 9.0, 12.0, 30.5, 40.0, 66.0], "without_timestamps": False}),
        ("clips-words", ["minute"], 2, {"clip_timestamps": [1.0, 9.0, 12.0, 30.5], **WORDY}),
        ("chunk-10", ["pauses"], 4, {"vad_filter": True, "chunk_length": 10}),
        ("prompt-hotwords", ["minute"], 4, {"vad_filter": True, "initial_prompt": "Met with Anna.",
                                            "hotwords": "mulch"}),
        ("greedy-penalties", ["minute"], 4, {"vad_filter": True, "beam_size": 1, "repetition_penalty": 1.2,
                                             "no_repeat_ngram_size": 2}),
    )
] + [
    Case("batched/every-window", "batched", ["minute"], OFF | {"vad_filter": True, "multilingual": True}, batch=4,
         multilingual_only=True),
    Case("batched/detect", "batched", ["minute"], OFF | {"vad_filter": True, "language": None, "beam_size": 1}, batch=4,
         multilingual_only=True),
]  # fmt: skip
TEN_MINUTES = group("ten minutes", ["ten-minutes"], {
    "windows": {"condition_on_previous_text": False},
    "vad": {"condition_on_previous_text": False, "vad_filter": True, "beam_size": 1},
    "words": {"condition_on_previous_text": False, **WORDY, "beam_size": 1},
}, slow=True)
TEN_MINUTES += group("ten minutes", ["ten-minutes"], {"previous-text": {"beam_size": 1}}, untrained_only=True,
                     slow=True)  # fmt: skip

CASES = [
    *PLAIN_ALL, *SEARCH, *FULL_LENGTH, *TOKENS, *CONTEXT, *LONG_PROMPT, *PREFIX, *THRESHOLDS, *SPANS, *EDGES, *WORDS,
    *VAD, *NOTHING_HEARD, *LANGUAGE, *ENGLISH, *BATCHED, *TEN_MINUTES,
]  # fmt: skip
# What a shape too large for the whole matrix is held to.
MAIN_PATH = {"search/greedy", "search/beam-5", "context/over-windows", "words/words", "voice activity/defaults",
             "language/detect", "batched/vad-4"}  # fmt: skip
ONE_WINDOW = [Case("one window/greedy", "one window", ["note000"], {"beam_size": 1, "max_new_tokens": 16})]


def of(model: str, quick: bool) -> list[Case]:
    """A model's cases."""
    if model == "large-v3":
        return ONE_WINDOW
    if model == "small":
        return [case for case in CASES if case.name in MAIN_PATH]
    return [case for case in CASES if case.fits(model, quick)]
