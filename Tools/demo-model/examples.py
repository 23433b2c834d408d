"""Training examples: utterances joined with pauses, distorted, and their target tokens."""
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from features import HOP, RATE, log_mel
from model import Vocabulary
from stages import Stage

NOISE_ONLY_SHARE = 0.03
TIMESTAMPS_SHARE = 0.5
SINGLE_SECONDS = 6
FULL_SECONDS = 28  # of speech in a 30 s window
FULL_BATCH = 8
FULL_SAMPLES = 30 * RATE
IGNORED = -100  # a target that the loss leaves out


class Corpus:
    """Synthesised utterances with their token ids and CTC symbols."""

    def __init__(self, path: str, vocabulary: Vocabulary):
        self.records = json.loads(Path(path + ".json").read_text(encoding="utf-8"))
        self.pcm = np.memmap(path + ".pcm", np.int16, "r")
        self.vocabulary = vocabulary
        self.ids = [vocabulary.tokenizer.encode(" " + text).ids for text, *_ in self.records]
        self.symbols = [ctc_symbols(text) for text, *_ in self.records]

    def audio(self, index: int) -> np.ndarray:
        """Samples in [-1, 1)."""
        _, _, start, count = self.records[index]
        return self.pcm[start : start + count].astype(np.float32) / 32768


def ctc_symbols(text: str) -> list[int]:
    """a to z are 1 to 26, the space 27; other characters have none."""
    letters = (" " + text).lower()
    return [27 if c == " " else ord(c) - 96 for c in letters if c == " " or "a" <= c <= "z"]


@dataclass
class Example:
    """Samples, decoder tokens from sot to eot, and CTC symbols."""

    audio: np.ndarray
    tokens: list[int]
    symbols: list[int]


def silence(seconds: float) -> np.ndarray:
    """Zeros."""
    return np.zeros(int(seconds * RATE), np.float32)


def white(count: int, level: float) -> np.ndarray:
    """Gaussian noise of a standard deviation of 10^level."""
    return np.random.randn(count).astype(np.float32) * 10**level


def vary(audio: np.ndarray, rng: random.Random) -> np.ndarray:
    """Changes an utterance's gain, and every second one's tempo (with its pitch)."""
    gain, speed = 10 ** rng.uniform(-0.8, 0.25), rng.uniform(0.92, 1.08)
    if rng.random() < 0.5:
        count = int(len(audio) / speed)
        places = np.linspace(0, len(audio) - 1, count)
        audio = np.interp(places, np.arange(len(audio)), audio).astype(np.float32)
    return audio * gain


def distort(audio: np.ndarray, rng: random.Random) -> np.ndarray:
    """Adds noise and tilts the spectrum, each to a part of the examples."""
    if rng.random() < 0.7:
        audio = audio + white(len(audio), rng.uniform(-4.5, -2.3))
    if rng.random() < 0.3:
        tilt = np.array([1, rng.uniform(-0.6, 0.6)], np.float32)
        audio = np.convolve(audio, tilt)[: len(audio)].astype(np.float32)
    return audio


def target(segments: list, vocabulary: Vocabulary, rng: random.Random) -> list[int]:
    """Decoder tokens of (start, end, ids) segments, half of the time with timestamps."""
    if rng.random() < TIMESTAMPS_SHARE:
        tokens = [vocabulary.sot]
        for start, end, ids in segments:
            tokens += [vocabulary.timestamp(start), *ids, vocabulary.timestamp(end)]
    else:
        tokens = [vocabulary.sot, vocabulary.no_timestamps]
        for *_, ids in segments:
            tokens += ids
    return tokens + [vocabulary.eot]


def noise_example(vocabulary: Vocabulary, rng: random.Random) -> Example:
    """Noise alone, to be answered with the no-speech token."""
    audio = white(int(RATE * rng.uniform(1, 6)), rng.uniform(-5, -2.2))
    return Example(audio, [vocabulary.sot, vocabulary.no_speech, vocabulary.eot], [])


def draw(corpus: Corpus, stage: Stage, rng: random.Random, longest: float, several: bool) -> Example:
    """One example: noise, or one or several utterances with pauses, up to `longest` seconds."""
    count = 1
    if several and rng.random() >= stage.alone_share:
        count = rng.randint(2, stage.most)
    if rng.random() < NOISE_ONLY_SHARE:
        return noise_example(corpus.vocabulary, rng)
    time = rng.uniform(0, 0.6 if several else 0.3)
    parts, segments, symbols = [silence(time)], [], []
    for _ in range(count):
        index = rng.randrange(len(corpus.records))
        audio = corpus.audio(index)
        if time + len(audio) / RATE > longest:
            break
        audio = vary(audio, rng)
        segments.append((time, time + len(audio) / RATE, corpus.ids[index]))
        symbols += corpus.symbols[index]
        pause = rng.uniform(0.1, stage.pause if several else 0.3)
        parts += [audio, silence(pause)]
        time += len(audio) / RATE + pause
    if not segments:
        return draw(corpus, stage, rng, longest, several)
    audio = distort(np.concatenate(parts), rng)
    return Example(audio, target(segments, corpus.vocabulary, rng), symbols)


@dataclass
class Batch:
    """mel [B, 80, 2T]; inputs and targets [B, N]; CTC symbols an example; audio positions that hold the example."""

    mel: torch.Tensor
    inputs: torch.Tensor
    targets: torch.Tensor
    symbols: list[list[int]]
    positions: torch.Tensor


def mask(mel: torch.Tensor, rng: random.Random) -> None:
    """Replaces a band of frequencies and a stretch of time by the mean, in place (SpecAugment)."""
    for example in mel:
        band = rng.randrange(70)
        example[band : band + rng.randint(0, 10)] = example.mean()
        frame = rng.randrange(mel.shape[2])
        example[:, frame : frame + rng.randint(0, 15)] = example.mean()


def features_of(examples: list[Example], stage: Stage, rng: random.Random, full: bool) -> torch.Tensor:
    """The batch's log-mels, padded with silence or with 0.0, partly masked."""
    samples = FULL_SAMPLES
    if not full:
        longest = max(len(example.audio) for example in examples) + int(rng.uniform(*stage.tail) * RATE)
        samples = min(FULL_SAMPLES, -(-longest // 10_240) * 10_240)  # few different shapes
    padded = (np.pad(e.audio[:samples], (0, max(0, samples - len(e.audio)))) for e in examples)
    mel = torch.stack([log_mel(torch.from_numpy(audio)) for audio in padded])
    if stage.zero_padding and rng.random() < stage.zero_padding:
        for row, example in zip(mel, examples):
            row[:, -(-len(example.audio) // HOP) :] = 0
    if rng.random() < 0.6:
        mask(mel, rng)
    return mel


def collate(examples: list[Example], stage: Stage, rng: random.Random, full: bool, eot: int) -> Batch:
    """A batch of examples."""
    mel = features_of(examples, stage, rng, full)
    length = -(-(max(len(e.tokens) for e in examples) - 1) // 8) * 8
    inputs = torch.full((len(examples), length), eot)
    targets = torch.full((len(examples), length), IGNORED)
    for row, example in enumerate(examples):
        tokens = torch.tensor(example.tokens)
        inputs[row, : len(tokens) - 1] = tokens[:-1]
        targets[row, : len(tokens) - 1] = tokens[1:]
    positions = [max(1, min(mel.shape[2] // 2, -(-len(e.audio) // (2 * HOP)))) for e in examples]
    return Batch(mel, inputs, targets, [e.symbols for e in examples], torch.tensor(positions))


def batches(corpus: Corpus, stage: Stage, rng: random.Random, progress: float) -> list[Batch]:
    """The next batches at a point of the stage (0 to 1): one of whole windows, or four of examples of like length."""
    eot = corpus.vocabulary.eot
    if progress > stage.full_windows_from and rng.random() < stage.full_windows_share:
        examples = [draw(corpus, stage, rng, FULL_SECONDS, several=True) for _ in range(FULL_BATCH)]
        return [collate(examples, stage, rng, True, eot)]
    several = progress >= stage.several_from and rng.random() < stage.several_share
    longest = rng.choice(stage.seconds) if several else SINGLE_SECONDS
    pool = [draw(corpus, stage, rng, longest, several) for _ in range(stage.batch * 4)]
    pool.sort(key=lambda example: len(example.audio))
    groups = (pool[start : start + stage.batch] for start in range(0, len(pool), stage.batch))
    made = [collate(group, stage, rng, False, eot) for group in groups]
    rng.shuffle(made)
    return made
