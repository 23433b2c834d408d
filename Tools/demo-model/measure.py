#!/usr/bin/env python3
"""What a model folder hears, with faster-whisper, beam 5, its defaults otherwise.

Of a table of clips (columns clip, text) the word error rate; of a corpus of synthesize.py (its path without suffix), whose
notes are joined with pauses, also how many sentences' starts and ends are within 0.2 s of a segment's, and how many words'
within 0.1 s of the synthesiser's (words heard right). `--noise N`: how often N windows of noise or silence stay without words.
"""
import argparse
import csv
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel

from features import RATE
from wer import aligned, errors, words

BOUNDARY_SECONDS, WORD_SECONDS = 0.2, 0.1
PAUSES = (0.15, 0.8)
SEED = 11


@dataclass
class Clip:
    """Samples or a file, its text, and the times of sentences and words where they are known."""

    audio: np.ndarray | str
    text: str
    sentences: list[tuple[float, float]]
    words: list[tuple[float, float]] | None


def of_table(path: Path) -> list[Clip]:
    """The clips that lie beside a table."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [Clip(str(path.parent / row["clip"]), row["text"], [], None) for row in rows]


def joined(note: dict, pcm: np.ndarray, rng: random.Random) -> Clip:
    """A note's sentences with pauses between them."""
    time, parts, sentences, times = 0.0, [], [], []
    for part in note["sentences"]:
        pause = rng.uniform(*PAUSES) if parts else 0.1
        parts += [np.zeros(int(pause * RATE), np.float32)]
        parts += [pcm[part["start"] : part["start"] + part["count"]].astype(np.float32) / 32768]
        start = time + len(parts[-2]) / RATE
        time = start + part["count"] / RATE
        if time > 29.5:
            break
        sentences.append((start, time, part["text"]))
        times += [(start + a, start + b) for a, b in part["words"]] if part["words"] else [None] * len(part["text"].split())
    kept = parts[: 2 * len(sentences)]
    return Clip(np.concatenate(kept), " ".join(s[2] for s in sentences), [s[:2] for s in sentences], times)


def of_corpus(path: str) -> list[Clip]:
    """A corpus' notes, up to 30 s."""
    pcm, rng = np.memmap(path + ".pcm", np.int16, "r"), random.Random(SEED)
    return [joined(note, pcm, rng) for note in json.loads(Path(path + ".json").read_text(encoding="utf-8"))]


def near(times: list[float], found: list[float], within: float) -> int:
    """How many times have one of those found nearby."""
    return sum(any(abs(time - other) <= within for other in found) for time in times)


class Tally:
    """Counts over clips."""

    def __init__(self):
        self.wrong = self.total = self.exact = self.clips = 0
        self.boundaries = self.near_boundaries = self.times = self.near_times = 0

    def add(self, clip: Clip, segments: list) -> None:
        """One clip's."""
        reference, heard = words(clip.text), words("".join(segment.text for segment in segments))
        wrong = errors(reference, heard)
        self.wrong, self.total, self.exact = self.wrong + wrong, self.total + len(reference), self.exact + (not wrong)
        self.clips += 1
        for side, attribute in ((0, "start"), (1, "end")):
            times = [sentence[side] for sentence in clip.sentences]
            self.boundaries += len(times)
            self.near_boundaries += near(times, [getattr(s, attribute) for s in segments], BOUNDARY_SECONDS)

    def add_words(self, clip: Clip, found: list) -> None:
        """The times of words heard right."""
        for place, other in aligned(clip.text.split(), [word.word for word in found]):
            if clip.words[place]:
                self.times += 2
                start, end = clip.words[place]
                self.near_times += abs(found[other].start - start) <= WORD_SECONDS
                self.near_times += abs(found[other].end - end) <= WORD_SECONDS

    def __str__(self) -> str:
        text = f"{self.wrong / self.total:.1%} word error rate ({self.wrong} of {self.total}), "
        text += f"{self.exact} of {self.clips} exact"
        if self.boundaries:
            text += f"; boundaries within {BOUNDARY_SECONDS} s: {self.near_boundaries / self.boundaries:.1%} of {self.boundaries}"
        if self.times:
            text += f"; word times within {WORD_SECONDS} s: {self.near_times / self.times:.1%} of {self.times}"
        return text


def noises(count: int):
    """Windows of 30 s without speech: silence, white and brown noise, hum."""
    dice = np.random.default_rng(SEED)
    for index in range(count):
        samples = dice.standard_normal(30 * RATE)
        if index % 4 == 1:
            samples = np.cumsum(samples)
            samples -= np.linspace(samples[0], samples[-1], len(samples))
        elif index % 4 == 2:
            samples = np.sin(2 * np.pi * dice.uniform(50, 500) * np.arange(30 * RATE) / RATE) + 0.1 * samples
        level = 0.0 if index % 4 == 3 and index % 8 == 3 else 10 ** dice.uniform(-4, -1.3)
        yield (samples / np.abs(samples).max() * level * 3).astype(np.float32)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="CTranslate2 folder")
    parser.add_argument("clips", nargs="*", help="tables (…/texts.tsv) or corpora (work/notes)")
    parser.add_argument("--compute", default="int8")
    parser.add_argument("--noise", type=int, default=0, metavar="N")
    options = parser.parse_args()
    model = WhisperModel(options.model, device="cpu", compute_type=options.compute, cpu_threads=2)
    for name in options.clips:
        tally = Tally()
        for clip in of_table(Path(name)) if name.endswith(".tsv") else of_corpus(name):
            tally.add(clip, list(model.transcribe(clip.audio, language="en")[0]))
            if clip.words:
                tally.add_words(clip, [w for s in model.transcribe(clip.audio, language="en", word_timestamps=True)[0] for w in s.words])
        print(f"{Path(name).name}: {tally}", flush=True)
    if options.noise:
        silent = sum(not list(model.transcribe(audio, language="en")[0]) for audio in noises(options.noise))
        print(f"noise: {silent} of {options.noise} windows without words")


if __name__ == "__main__":
    main()
