#!/usr/bin/env python3
"""Writes a checkpoint as CTranslate2 Whisper folders, float32 and int8, that faster-whisper loads (as English-only)."""
import argparse
import json
import shutil
from pathlib import Path

import ctranslate2
import numpy as np
import torch

from model import ALIGNMENT_HEADS, DECODER_LAYERS, ENCODER_LAYERS, HEADS, WIDTH, Vocabulary

PREPROCESSOR = {"feature_size": 80, "sampling_rate": 16000, "hop_length": 160, "n_fft": 400, "chunk_length": 30}


class Weights:
    """A checkpoint's arrays, put into the parts of a CTranslate2 specification."""

    def __init__(self, path: str):
        self.arrays = torch.load(path, weights_only=True, map_location="cpu")["m"]

    def get(self, name: str) -> np.ndarray:
        """A copy of an array, float32."""
        return self.arrays[name].float().numpy().copy()

    def linear(self, spec, name: str) -> None:
        """A linear layer or a convolution."""
        spec.weight, spec.bias = self.get(f"{name}.weight"), self.get(f"{name}.bias")

    def norm(self, spec, name: str) -> None:
        """A layer norm."""
        spec.gamma, spec.beta = self.get(f"{name}.weight"), self.get(f"{name}.bias")

    def joined(self, spec, name: str, parts: str) -> None:
        """Several projections as one layer, row after row; keys have no bias: zeros."""
        no_bias = np.zeros(WIDTH, np.float32)
        spec.weight = np.concatenate([self.get(f"{name}.{part}.weight") for part in parts])
        spec.bias = np.concatenate([no_bias if part == "k" else self.get(f"{name}.{part}.bias") for part in parts])

    def self_attention(self, spec, name: str) -> None:
        """Attention to the same sequence."""
        self.joined(spec.linear[0], name, "qkv")
        self.linear(spec.linear[1], f"{name}.o")

    def cross_attention(self, spec, name: str) -> None:
        """Attention to the audio."""
        self.linear(spec.linear[0], f"{name}.q")
        self.joined(spec.linear[1], name, "kv")
        self.linear(spec.linear[2], f"{name}.o")

    def feed_forward(self, spec, name: str, norm: str) -> None:
        """The two layers and the norm before them."""
        self.norm(spec.layer_norm, f"{name}.{norm}")
        self.linear(spec.linear_0, f"{name}.f1")
        self.linear(spec.linear_1, f"{name}.f2")


def fill_encoder(spec, weights: Weights) -> None:
    """Fills the encoder's specification."""
    weights.linear(spec.conv1, "c1")
    weights.linear(spec.conv2, "c2")
    spec.position_encodings.encodings = weights.get("ep")
    weights.norm(spec.layer_norm, "en")
    for index, layer in enumerate(spec.layer):
        name = f"enc.{index}"
        weights.norm(layer.self_attention.layer_norm, f"{name}.n1")
        weights.self_attention(layer.self_attention, f"{name}.a")
        weights.feed_forward(layer.ffn, name, "n2")


def fill_decoder(spec, weights: Weights) -> None:
    """Fills the decoder's specification; the output projection is the embedding."""
    spec.embeddings.weight = weights.get("emb.weight")
    spec.position_encodings.encodings = weights.get("dp")
    spec.scale_embeddings = False
    weights.norm(spec.layer_norm, "dn")
    spec.projection.weight = spec.embeddings.weight
    for index, layer in enumerate(spec.layer):
        name = f"dec.{index}"
        weights.norm(layer.self_attention.layer_norm, f"{name}.n1")
        weights.self_attention(layer.self_attention, f"{name}.a")
        weights.norm(layer.attention.layer_norm, f"{name}.n2")
        weights.cross_attention(layer.attention, f"{name}.c")
        weights.feed_forward(layer.ffn, name, "n3")


def configure(spec, vocabulary: Vocabulary) -> None:
    """The vocabulary and config.json's fields."""
    tokens = sorted(vocabulary.tokenizer.get_vocab().items(), key=lambda item: item[1])
    spec.register_vocabulary([token for token, _ in tokens])
    blank = vocabulary.tokenizer.encode(" ").ids
    config = spec.config
    config.suppress_ids = []
    config.suppress_ids_begin = [blank[0], vocabulary.eot] if len(blank) == 1 else [vocabulary.eot]
    config.lang_ids = []
    config.alignment_heads = [list(head) for head in ALIGNMENT_HEADS]


def export(checkpoint: str, tokenizer: str, quantization: str | None, out: Path) -> None:
    """Writes one folder, replacing what is there."""
    weights, vocabulary = Weights(checkpoint), Vocabulary.load(tokenizer)
    spec = ctranslate2.specs.WhisperSpec(ENCODER_LAYERS, HEADS, DECODER_LAYERS, HEADS)
    fill_encoder(spec.encoder, weights)
    fill_decoder(spec.decoder, weights)
    configure(spec, vocabulary)
    spec.validate()
    spec.optimize(quantization=quantization)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    spec.save(str(out))
    shutil.copy(tokenizer, out / "tokenizer.json")
    (out / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR), encoding="utf-8")
    print(f"{out}: {sum(path.stat().st_size for path in out.iterdir()) / 1e6:.1f} MB")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", help="e.g. work/stage3.pt")
    parser.add_argument("--tokenizer", default="work/tokenizer.json")
    parser.add_argument("--out", type=Path, default=Path("work"), help="folder for demo-en and demo-en-float32")
    options = parser.parse_args()
    export(options.checkpoint, options.tokenizer, None, options.out / "demo-en-float32")
    export(options.checkpoint, options.tokenizer, "int8", options.out / "demo-en")


if __name__ == "__main__":
    main()
