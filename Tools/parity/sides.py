"""The two sides of a case: faster-whisper in this process, FieldOS as a command."""
import json
import os
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import faster_whisper
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.feature_extractor import FeatureExtractor

from cases import Case

SILERO = Path(faster_whisper.__file__).parent / "assets/silero_vad_v6.onnx"
NEGATED = {"condition_on_previous_text", "suppress_blank"}
# Timestamps of the random models, which nothing taught not to say them where none are wanted.
RANDOM_TIMESTAMPS = range(50_364, 51_865)
TOKENS_A_WINDOW = 40  # of a random model, which rarely ends by itself


@dataclass
class Answer:
    """What a side made of one clip."""

    segments: list[dict] = field(default_factory=list)
    facts: dict = field(default_factory=dict)
    error: str | None = None


def full_options(case: Case, model: str) -> dict:
    """A case's options for both sides."""
    options = {"temperature": [0.0], "language": "en"}
    if model != "demo":
        options["max_new_tokens"] = TOKENS_A_WINDOW
    options |= case.options
    if case.batch is not None:  # upstream's defaults in a batch, which are not those of a single recording
        options = {"without_timestamps": True, "vad_filter": "clip_timestamps" not in options} | options
    if model != "demo" and options.get("without_timestamps") and "suppress_tokens" not in options:
        options["suppress_tokens"] = [-1, *RANDOM_TIMESTAMPS]
    return options


class FasterWhisper:
    """faster-whisper, with every call of its model kept until the next clip so that margins can be measured."""

    def __init__(self, folder: Path, threads: int):
        self.folder, self.threads = folder, threads
        self.whisper = WhisperModel(str(folder), device="cpu", compute_type="float32", cpu_threads=threads)
        self.calls: list[tuple] = []
        self.inner = self.whisper.model
        self.whisper.model = self

    def __getattr__(self, name: str):
        """Everything but `generate` is CTranslate2's."""
        return getattr(self.inner, name)

    def generate(self, encoded, prompts, **given):
        """CTranslate2's answer, kept."""
        results = self.inner.generate(encoded, prompts, **given)
        self.calls.append((encoded, prompts, given, results))
        return results

    def run(self, case: Case, options: dict, clip: Path) -> Answer:
        """One clip."""
        self.calls = []
        # A chunk_length stays behind in the extractor and would shorten the windows of all later calls.
        self.whisper.feature_extractor = FeatureExtractor(**self.whisper.feat_kwargs)
        options = {name: value for name, value in options.items() if not (name == "max_new_tokens" and value is None)}
        if "vad_parameters" in options:
            options |= {"vad_parameters": dict(options["vad_parameters"])}
        try:
            segments, info = self.start(case, options, clip)
            facts = {name: getattr(info, name) for name in
                     ("language", "language_probability", "duration", "duration_after_vad")}  # fmt: skip
            return Answer([as_record(segment) for segment in segments], facts)
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            return Answer(error=f"{type(error).__name__}: {error}"[:200])

    def start(self, case: Case, options: dict, clip: Path):
        """The generator of segments, and what is known of the recording."""
        if case.batch is None:
            return self.whisper.transcribe(str(clip), **options)
        clips = options.get("clip_timestamps")
        if clips:
            pairs = zip(clips[::2], clips[1::2])
            options = options | {"clip_timestamps": [{"start": start, "end": end} for start, end in pairs]}
        return BatchedInferencePipeline(self.whisper).transcribe(str(clip), batch_size=case.batch, **options)


def as_record(segment) -> dict:
    """A segment as FieldOS's JSON has it."""
    record = {name: getattr(segment, name) for name in
              ("id", "seek", "start", "end", "text", "tokens", "avg_logprob", "compression_ratio", "no_speech_prob",
               "temperature")}  # fmt: skip
    if segment.words is not None:
        record["words"] = [
            {"start": float(w.start), "end": float(w.end), "word": w.word, "probability": float(w.probability)}
            for w in segment.words
        ]
    return record


def flag(name: str, value) -> list[str]:
    """An option on FieldOS's command line; with its value in one word, which may then begin with a dash."""
    dashed = f"--{name.replace('_', '-')}"
    if name == "language" and value is None:
        return []
    if name == "vad_parameters":
        return [part for key, inner in value.items() for part in flag(f"vad_{key}", inner)]
    if name == "initial_prompt" and isinstance(value, list):
        return ["--initial-prompt-tokens=" + ",".join(map(str, value))]
    if value is None:
        return [] if name == "max_new_tokens" else [f"{dashed}=none"]
    if isinstance(value, bool):
        return flag_of_bool(name, dashed, value)
    if isinstance(value, list):
        return [f"{dashed}=" + (",".join(map(str, value)) or "none")]
    return [dashed, ""] if value == "" else [f"{dashed}={value}"]


def flag_of_bool(name: str, dashed: str, value: bool) -> list[str]:
    """A switch; those that are on by default are turned off by name."""
    if name in NEGATED:
        return [] if value else [f"--no-{dashed[2:]}"]
    return [dashed] if value else []


class FieldOS:
    """The command."""

    def __init__(self, binary: Path, folder: Path, threads: int):
        self.binary, self.folder, self.threads = binary, folder, threads

    def command(self, case: Case, options: dict, clips: list[Path]) -> list[str]:
        """The whole command line."""
        parts = [str(self.binary), "transcribe", *map(str, clips), "--format", "json", "--model", str(self.folder)]
        parts += ["--compute-type", "float32", "--threads", str(self.threads)]
        for name, value in options.items():
            parts += flag(name, value)
        if case.batch is not None:
            parts += ["--batch-size", str(case.batch)]
        if options.get("vad_filter") or case.batch is not None:
            parts += ["--vad-model", str(SILERO)]
        return parts

    def run(self, case: Case, options: dict, clips: list[Path]) -> list[Answer]:
        """All clips of a case in one process."""
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            self.command(case, options, clips), capture_output=True, text=True, env=environment, check=False
        )
        if done.returncode != 0:
            message = (done.stderr.strip().splitlines() or ["no message"])[0]
            return [Answer(error=f"exit {done.returncode}: {message}") for _ in clips]
        answers = [self.answer(document) for document in documents(done.stdout)]
        missing = Answer(error="no document in the output")
        return answers + [missing] * (len(clips) - len(answers))

    @staticmethod
    def answer(document: dict) -> Answer:
        """A document's parts."""
        segments = document.pop("segments", [])
        return Answer(segments, document)

    def line(self, case: Case, options: dict, clip: Path) -> str:
        """The command line to run one clip by hand."""
        return shlex.join(self.command(case, options, [clip]))


def documents(text: str) -> list[dict]:
    """JSON documents that follow each other."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        document, at = decoder.raw_decode(text, at)
        found.append(document)
    return found
