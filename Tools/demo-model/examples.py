"""Training examples: sentences joined to notes, distorted, their target tokens, and where each token is heard."""
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from features import HOP, RATE, log_mel
from model import Vocabulary
from stages import Stage

NOISE_SHARE = 0.04
FULL_NOISE_SHARE = 0.25  # of whole windows, which are few: what faster-whisper gives a model of 30 s without speech
TIMESTAMPS_SHARE = 0.6
PREVIOUS_SHARE = 0.12  # of examples that are told what was said before
LONGEST_PREVIOUS = 40  # tokens
WINDOW_SECONDS = 30
LONGEST_SECONDS = 28.5  # of an example that is not a whole window
FULL_SAMPLES = WINDOW_SECONDS * RATE
POOL = 48  # examples drawn at a time, then grouped by length
MOST_TOKENS = 220
IGNORED = -100  # a target that the loss leaves out
SLACK = 0.04  # seconds around a word in which attention is right


@dataclass
class Sentence:
    """One spoken sentence: samples in the corpus, words as (token ids, start, end) or token ids without times."""

    start: int
    count: int
    words: list[tuple[list[int], float, float]]
    symbols: list[int]


def ctc_symbols(text: str) -> list[int]:
    """a to z are 1 to 26, the space 27; other characters have none."""
    letters = (" " + text).lower()
    return [27 if c == " " else ord(c) - 96 for c in letters if c == " " or "a" <= c <= "z"]


class Corpus:
    """Synthesised notes (synthesize.py), tokenised word by word."""

    def __init__(self, path: str, vocabulary: Vocabulary):
        self.vocabulary = vocabulary
        self.pcm = np.memmap(path + ".pcm", np.int16, "r")
        self.records = json.loads(Path(path + ".json").read_text(encoding="utf-8"))
        self.notes = [[self.sentence(part) for part in note["sentences"]] for note in self.records]

    def sentence(self, part: dict) -> Sentence:
        """A record's tokens: byte-level BPE never joins two words."""
        texts, whole = part["text"].split(), part["count"] / RATE
        times = part["words"] or [(0.0, whole)] * len(texts)
        encode = self.vocabulary.tokenizer.encode
        words = [(encode(" " + text).ids, start, end) for text, (start, end) in zip(texts, times)]
        return Sentence(part["start"], part["count"], words, ctc_symbols(part["text"]))

    def audio(self, sentence: Sentence) -> np.ndarray:
        """Samples in [-1, 1)."""
        return self.pcm[sentence.start : sentence.start + sentence.count].astype(np.float32) / 32768


@dataclass
class Example:
    """Samples, decoder tokens with where each is heard (seconds; None: anywhere), tokens before sot, CTC symbols."""

    audio: np.ndarray
    tokens: list[int]
    heard: list[tuple[float, float] | None]
    previous: list[int] = field(default_factory=list)
    symbols: list[int] = field(default_factory=list)


def silence(seconds: float) -> np.ndarray:
    """Zeros."""
    return np.zeros(int(seconds * RATE), np.float32)


def noise(count: int, level: float, rng: random.Random) -> np.ndarray:
    """Gaussian noise of a standard deviation of 10^level: white, or coloured by a pole."""
    made = np.random.randn(count).astype(np.float32)
    if rng.random() < 0.4 and count > RATE // 10:
        shape = 1 / (1 + np.arange(count // 2 + 1) / count * rng.uniform(5, 200))
        made = np.fft.irfft(np.fft.rfft(made) * shape, count).astype(np.float32)
        made /= made.std() + 1e-9
    return made * 10**level


@dataclass(frozen=True)
class Manner:
    """What is varied for all sentences of an example alike."""

    gain: float
    speed: float  # of tempo and pitch together

    @classmethod
    def draw(cls, rng: random.Random) -> "Manner":
        """Every second example keeps its speed."""
        return cls(10 ** rng.uniform(-0.9, 0.3), rng.uniform(0.86, 1.16) if rng.random() < 0.55 else 1.0)

    def apply(self, audio: np.ndarray, rng: random.Random) -> np.ndarray:
        """The varied samples."""
        if self.speed != 1:
            places = np.linspace(0, len(audio) - 1, int(len(audio) / self.speed))
            audio = np.interp(places, np.arange(len(audio)), audio).astype(np.float32)
        return audio * (self.gain * 10 ** rng.uniform(-0.1, 0.1))


def reverberated(audio: np.ndarray, rng: random.Random) -> np.ndarray:
    """With the tail of a small room."""
    length = int(RATE * rng.uniform(0.05, 0.25))
    tail = np.random.randn(length).astype(np.float32) * np.exp(-np.arange(length) / (length / 5)).astype(np.float32)
    tail[0], size = 6.0, 1 << int(np.ceil(np.log2(len(audio) + length)))
    product = np.fft.rfft(audio, size) * np.fft.rfft(tail / np.abs(tail).max(), size)
    return (np.fft.irfft(product, size)[: len(audio)] * rng.uniform(0.3, 0.7)).astype(np.float32)


def distorted(audio: np.ndarray, rng: random.Random) -> np.ndarray:
    """Echo, noise and a tilted spectrum, each for a part of the examples."""
    if rng.random() < 0.12:
        audio = reverberated(audio, rng)
    if rng.random() < 0.3:
        tilt = rng.uniform(-0.6, 0.6)
        audio = np.append(audio[:1], audio[1:] + tilt * audio[:-1]).astype(np.float32)
    if rng.random() < 0.65:
        audio = audio + noise(len(audio), rng.uniform(-4.5, -2.4), rng)
    return audio


class Target:
    """Tokens from sot to eot, and where each is heard."""

    def __init__(self, vocabulary: Vocabulary, timestamps: bool):
        self.vocabulary, self.timestamps = vocabulary, timestamps
        self.tokens, self.heard = [vocabulary.sot], [None]
        if not timestamps:
            self.put(vocabulary.no_timestamps, None)

    def put(self, token: int, heard: tuple[float, float] | None) -> None:
        """One token."""
        self.tokens.append(token)
        self.heard.append(heard)

    def time(self, seconds: float) -> None:
        """A timestamp, where there are any."""
        if self.timestamps:
            self.put(self.vocabulary.timestamp(seconds), (seconds - 0.1, seconds + 0.1))

    def sentence(self, words: list, start: float, end: float, speed: float) -> None:
        """A sentence's tokens between its times; a word's closing mark is heard at its end."""
        self.time(start)
        for ids, first, last in words:
            first, last = start + first / speed, start + last / speed
            for token in ids:
                self.put(token, (first, last))
        if words and len(words[-1][0]) > 1:
            self.heard[-1] = (self.heard[-1][1] - 0.1, self.heard[-1][1] + 0.1)
        self.time(end)

    def close(self, end: float) -> None:
        """The end token, heard after the last word."""
        self.put(self.vocabulary.eot, (end, end + 0.3))


def noise_example(vocabulary: Vocabulary, rng: random.Random, seconds: float) -> Example:
    """Noise, a hum or silence alone, to be answered with the no-speech token."""
    count = int(RATE * seconds)
    audio = noise(count, rng.uniform(-5, -1.2), rng) if rng.random() < 0.8 else silence(seconds)
    if rng.random() < 0.2:
        hum = np.sin(2 * np.pi * rng.uniform(40, 900) * np.arange(count) / RATE)
        audio = audio + hum.astype(np.float32) * 10 ** rng.uniform(-4, -1)
    return Example(audio, [vocabulary.sot, vocabulary.no_speech, vocabulary.eot], [None] * 3)


def sentences_of(corpus: Corpus, rng: random.Random, count: int) -> list[Sentence]:
    """Sentences in a row of one speaker; now and then of two."""
    found = list(rng.choice(corpus.notes))
    while len(found) < count and rng.random() < 0.9:
        found += rng.choice(corpus.notes)
    if rng.random() < 0.5:
        rng.shuffle(found)
    start = rng.randrange(max(1, len(found) - count + 1))
    return found[start : start + count]


def draw(corpus: Corpus, rng: random.Random, count: int, full: bool) -> Example:
    """One example: noise, or `count` sentences with pauses; a whole window runs on beyond its 30 s."""
    vocabulary = corpus.vocabulary
    if rng.random() < (FULL_NOISE_SHARE if full else NOISE_SHARE):
        return noise_example(vocabulary, rng, WINDOW_SECONDS if full else rng.uniform(1, 10))
    manner, target = Manner.draw(rng), Target(vocabulary, rng.random() < TIMESTAMPS_SHARE)
    time = rng.uniform(0, 0.5) if rng.random() < 0.8 else rng.uniform(0, 2.5)
    longest_pause = rng.choice([0.3, 0.7, 1.2])
    parts, symbols, end = [silence(time)], [], 0.0
    for sentence in sentences_of(corpus, rng, count):
        audio = manner.apply(corpus.audio(sentence), rng)
        stop = time + len(audio) / RATE
        if stop > (WINDOW_SECONDS if full else LONGEST_SECONDS) or len(target.tokens) > MOST_TOKENS - 60:
            if full and target.timestamps:  # cut off: as Whisper has it, a start without words
                target.time(time)
                parts.append(audio)
            break
        target.sentence(sentence.words, time, stop, manner.speed)
        symbols += sentence.symbols
        pause = rng.uniform(0.06, longest_pause)
        parts += [audio, silence(pause)]
        end, time = stop, stop + pause
    if not symbols:
        return draw(corpus, rng, 1, full)
    target.close(end)
    audio = distorted(np.concatenate(parts)[:FULL_SAMPLES], rng)
    before = previous_tokens(corpus, rng) if rng.random() < PREVIOUS_SHARE else []
    return Example(audio, target.tokens, target.heard, before, symbols)


def previous_tokens(corpus: Corpus, rng: random.Random) -> list[int]:
    """What a speaker said before, as a prompt."""
    ids = [token for sentence in rng.choice(corpus.notes)[:3] for word in sentence.words for token in word[0]]
    return [corpus.vocabulary.previous, *ids[-LONGEST_PREVIOUS:]]


@dataclass
class Batch:
    """mel [B, 80, 2T]; inputs, targets [B, N]; spans [B, N, 2] in audio positions (-1: none); CTC symbols an example;
    audio positions that hold the example."""

    mel: torch.Tensor
    inputs: torch.Tensor
    targets: torch.Tensor
    spans: torch.Tensor
    symbols: list[list[int]]
    positions: torch.Tensor


def mask(mel: torch.Tensor, rng: random.Random) -> None:
    """Replaces a band of frequencies and a stretch of time by the mean, in place (SpecAugment)."""
    for example in mel:
        band = rng.randrange(70)
        example[band : band + rng.randint(0, 12)] = example.mean()
        for _ in range(1 + mel.shape[2] // 800):
            frame = rng.randrange(mel.shape[2])
            example[:, frame : frame + rng.randint(0, 15)] = example.mean()


def features_of(examples: list[Example], rng: random.Random, full: bool) -> torch.Tensor:
    """The batch's log-mels, partly masked, and padded as faster-whisper pads: 0.0 after a clip's own frames."""
    samples = FULL_SAMPLES
    if not full:
        longest = max(len(example.audio) for example in examples) + int(rng.uniform(0.15, 0.6) * RATE)
        samples = min(FULL_SAMPLES, -(-longest // 10_240) * 10_240)  # few different shapes
    padded = (np.pad(e.audio[:samples], (0, max(0, samples - len(e.audio)))) for e in examples)
    mel = torch.stack([log_mel(torch.from_numpy(audio)) for audio in padded])
    if rng.random() < 0.6:
        mask(mel, rng)
    for row, example in zip(mel, examples):
        row[:, -(-len(example.audio) // HOP) :] = 0
    return mel


def position(seconds: float, last: int) -> int:
    """The audio position at a time."""
    return min(max(int(seconds * RATE / (2 * HOP)), 0), last)


def collate(examples: list[Example], rng: random.Random, full: bool, eot: int) -> Batch:
    """A batch of examples."""
    mel = features_of(examples, rng, full)
    length = -(-(max(len(e.previous) + len(e.tokens) for e in examples) - 1) // 8) * 8
    inputs = torch.full((len(examples), length), eot)
    targets = torch.full((len(examples), length), IGNORED)
    spans = torch.full((len(examples), length, 2), -1)
    last = mel.shape[2] // 2 - 1
    for row, example in enumerate(examples):
        before, count = len(example.previous), len(example.tokens) - 1
        inputs[row, : before + count] = torch.tensor(example.previous + example.tokens[:-1])
        targets[row, before : before + count] = torch.tensor(example.tokens[1:])
        for place, heard in enumerate(example.heard[1:], before):
            if heard:
                spans[row, place, 0] = position(heard[0] - SLACK, last)
                spans[row, place, 1] = position(heard[1] + SLACK, last) + 1
    positions = [max(1, min(mel.shape[2] // 2, -(-len(e.audio) // (2 * HOP)))) for e in examples]
    return Batch(mel, inputs, targets, spans, [e.symbols for e in examples], torch.tensor(positions))


def batches(corpus: Corpus, stage: Stage, rng: random.Random) -> list[Batch]:
    """The next batches: one of whole windows, or some of examples of like length."""
    eot, full = corpus.vocabulary.eot, rng.random() < stage.full_share
    counts = stage.sentences[-1] if full else rng.choice(stage.sentences)
    if full:
        examples = [draw(corpus, rng, 20, True) for _ in range(stage.batch_seconds // WINDOW_SECONDS)]
        return [collate(examples, rng, True, eot)]
    pool = [draw(corpus, rng, rng.choice(counts), False) for _ in range(POOL)]
    pool.sort(key=lambda example: len(example.audio))
    made, group = [], []
    for example in pool:
        if group and (len(group) + 1) * len(example.audio) > stage.batch_seconds * RATE:
            made, group = made + [collate(group, rng, False, eot)], []
        group.append(example)
    made.append(collate(group, rng, False, eot))
    rng.shuffle(made)
    return made
