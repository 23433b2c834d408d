#!/usr/bin/env python3
"""Randomly initialised Whisper models of exact shapes as CTranslate2 float32 folders.

    random_models.py OUT RANKS [tiny base small large-v3]        RANKS: openai-whisper's multilingual.tiktoken

The text is nonsense, but it is text with timestamps, pauses and ends: weights are scaled so that attention is peaked, every
layer matters and the logits are as spread as a trained model's; end, timestamp, language and no-speech tokens share
directions in which the last norm has a bias, so that each comes up as often as it should.
"""
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np

import vocabulary

AUDIO_POSITIONS, TEXT_POSITIONS = 1_500, 448
SPREAD = 5.0  # standard deviation of the logits
TOKEN = 0.06  # standard deviation of an embedding's entries
POSITION = 0.8  # the same of a position: more, or the text repeats itself
BIAS = 20.0  # of the last norm in a group's direction
ATTENTION, CROSS, FEED = 0.3, 0.9, 0.6  # gains of what a layer adds: more attention to itself, and the text repeats
CROSS_PEAK = 3.0  # the same to the audio, which would make no difference if it were averaged
PEAK = 1.5  # gain of queries and keys: scores then have a standard deviation of its square


@dataclass(frozen=True)
class Shape:
    """A published model's numbers."""

    width: int
    layers: int
    heads: int
    mels: int = 80
    languages: int = 99


SHAPES = {
    "tiny": Shape(384, 4, 6),
    "base": Shape(512, 6, 8),
    "small": Shape(768, 12, 12),
    "large-v3": Shape(1_280, 32, 20, mels=128, languages=100),
}


class Weights:
    """Arrays from a seed, put into the parts of a CTranslate2 specification."""

    def __init__(self, shape: Shape, seed: int):
        self.shape, self.dice = shape, np.random.default_rng(seed)

    def normal(self, *size: int, scale: float) -> np.ndarray:
        """Gaussian float32."""
        return self.dice.standard_normal(size, dtype=np.float32) * np.float32(scale)

    def linear(self, spec, inner: int, gains: list[float], width: int | None = None) -> None:
        """Projections one below the other, each with its gain on inputs of unit variance."""
        width = width or self.shape.width
        spec.weight = np.concatenate([self.normal(width, inner, scale=gain / inner**0.5) for gain in gains])
        spec.bias = self.normal(width * len(gains), scale=0.1)

    def convolution(self, spec, inner: int, gain: float) -> None:
        """Three taps."""
        spec.weight = self.normal(self.shape.width, inner, 3, scale=gain / (3 * inner) ** 0.5)
        spec.bias = self.normal(self.shape.width, scale=0.1)

    def norm(self, spec, gain: float = 1.0) -> None:
        """A layer norm that is nearly the identity."""
        spec.gamma = gain * (1 + self.normal(self.shape.width, scale=0.05))
        spec.beta = self.normal(self.shape.width, scale=0.05)

    def layer(self, layer, crosses: bool) -> None:
        """Attention to itself, to the audio (`crosses`), and the feed-forward layers."""
        width = self.shape.width
        self.norm(layer.self_attention.layer_norm)
        self.linear(layer.self_attention.linear[0], width, [PEAK, PEAK, 1])
        self.linear(layer.self_attention.linear[1], width, [ATTENTION])
        if crosses:
            self.norm(layer.attention.layer_norm)
            self.linear(layer.attention.linear[0], width, [CROSS_PEAK])
            self.linear(layer.attention.linear[1], width, [CROSS_PEAK, 1])
            self.linear(layer.attention.linear[2], width, [CROSS])
        self.norm(layer.ffn.layer_norm)
        self.linear(layer.ffn.linear_0, width, [1], 4 * width)
        self.linear(layer.ffn.linear_1, 4 * width, [FEED])


def sinusoids(width: int) -> np.ndarray:
    """Whisper's positions of the encoder."""
    rates = np.exp(-np.log(10_000) / (width // 2 - 1) * np.arange(width // 2))
    angles = np.arange(AUDIO_POSITIONS)[:, None] * rates[None]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def groups(tokenizer) -> list[tuple[list[int], np.ndarray | float]]:
    """(tokens, what the bias adds to their logits). Later timestamps are rarer, or a window's first one would use it up."""
    first = tokenizer.token_to_id("<|notimestamps|>") + 1
    return [
        ([tokenizer.token_to_id("<|endoftext|>")], 10.0),
        ([tokenizer.token_to_id("<|nospeech|>")], 20.0),
        (list(range(first, first + vocabulary.TIMESTAMPS)), np.linspace(2, -2, vocabulary.TIMESTAMPS)),
    ]


def fill(spec, weights: Weights, tokenizer) -> None:
    """Every weight."""
    width = weights.shape.width
    encoder, decoder = spec.encoder, spec.decoder
    weights.convolution(encoder.conv1, weights.shape.mels, 6)
    weights.convolution(encoder.conv2, width, 2)
    encoder.position_encodings.encodings = 0.3 * sinusoids(width)
    for layer in encoder.layer:
        weights.layer(layer, crosses=False)
    weights.norm(encoder.layer_norm)
    for layer in decoder.layer:
        weights.layer(layer, crosses=True)
    decoder.position_encodings.encodings = weights.normal(TEXT_POSITIONS, width, scale=POSITION)
    weights.norm(decoder.layer_norm, gain=SPREAD / (TOKEN * width**0.5))
    table = weights.normal(tokenizer.get_vocab_size(), width, scale=TOKEN)
    for tokens, bias in groups(tokenizer):
        direction = weights.normal(width, scale=1)
        direction /= np.linalg.norm(direction)
        table -= (table @ direction)[:, None] * direction  # or the bias would favour a few words for ever
        decoder.layer_norm.beta += BIAS * direction
        table[tokens] += np.outer(np.broadcast_to(bias, len(tokens)) / BIAS, direction).astype(np.float32)
    decoder.embeddings.weight = decoder.projection.weight = table


def configure(spec, shape: Shape, tokenizer) -> None:
    """The vocabulary and config.json's fields; some heads of the upper half are for alignment."""
    tokens = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    spec.register_vocabulary([token for token, _ in tokens])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [tokenizer.encode(" ").ids[0], tokenizer.token_to_id("<|endoftext|>")]
    spec.config.lang_ids = [tokenizer.token_to_id(f"<|{code}|>") for code in vocabulary.LANGUAGES[: shape.languages]]
    upper = range(shape.layers // 2, shape.layers)
    spec.config.alignment_heads = [[layer, (3 * layer + 2 * pick) % shape.heads] for layer in upper for pick in range(2)]


def make(name: str, out: Path, ranks: dict[bytes, int]) -> None:
    """Writes one folder."""
    shape = SHAPES[name]
    tokenizer = vocabulary.build(ranks, vocabulary.LANGUAGES[: shape.languages])
    spec = ctranslate2.specs.WhisperSpec(shape.layers, shape.heads, shape.layers, shape.heads)
    fill(spec, Weights(shape, seed=1), tokenizer)
    configure(spec, shape, tokenizer)
    spec.validate()
    spec.optimize(quantization=None)
    out.mkdir(parents=True, exist_ok=True)
    spec.save(str(out))
    tokenizer.save(str(out / "tokenizer.json"))
    facts = {"feature_size": shape.mels, "sampling_rate": 16_000, "hop_length": 160, "n_fft": 400, "chunk_length": 30}
    (out / "preprocessor_config.json").write_text(json.dumps(facts), encoding="utf-8")
    print(f"{out}: {sum(path.stat().st_size for path in out.iterdir()) / 1e6:.0f} MB", flush=True)


def main() -> None:
    """Entry point."""
    out, ranks, names = Path(sys.argv[1]), vocabulary.read_ranks(Path(sys.argv[2])), sys.argv[3:] or ["tiny", "base"]
    for name in names:
        make(name, out / name, ranks)


if __name__ == "__main__":
    main()
