#!/usr/bin/env python3
"""Randomly initialised Whisper models of exact shapes, in the form that each engine's users have.

    random_models.py OUT RANKS NAME...        RANKS: openai-whisper's multilingual.tiktoken

OUT/NAME gets hf/ (safetensors), ct2-int8/ and ct2-float32/ (made by CTranslate2's own converter), ggml-f16.bin and
ggml-q8_0.bin. They cost what trained models of the same shape cost. Steering tokens and timestamps have embeddings of zero, so
their logits are 0 while thousands of text tokens lie above: no engine ends early or jumps, whether or not it can be told to.
"""
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration

import ggml

sys.path.append(str(Path(__file__).resolve().parents[1] / "parity"))
import vocabulary  # noqa: E402

SEED = 1
TEXT_TOKENS = 50_257
POSITION = 0.2  # standard deviation of a position's entries: with the usual 0.02 the text is one word, repeated


@dataclass(frozen=True)
class Shape:
    """A published model's numbers."""

    width: int
    layers: int
    heads: int
    decoder_layers: int
    mels: int = 80
    languages: int = 99


SHAPES = {
    "tiny": Shape(384, 4, 6, 4),
    "base": Shape(512, 6, 8, 6),
    "small": Shape(768, 12, 12, 12),
    "large-v3-turbo": Shape(1_280, 32, 20, 4, mels=128, languages=100),
}


def build(shape: Shape, tokens: int) -> WhisperForConditionalGeneration:
    """The model, from the seed."""
    config = WhisperConfig(
        vocab_size=tokens, num_mel_bins=shape.mels, d_model=shape.width,
        encoder_layers=shape.layers, decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.heads, decoder_attention_heads=shape.heads,
        encoder_ffn_dim=4 * shape.width, decoder_ffn_dim=4 * shape.width,
        max_source_positions=1_500, max_target_positions=448, activation_function="gelu", scale_embedding=False,
        pad_token_id=TEXT_TOKENS, bos_token_id=TEXT_TOKENS, eos_token_id=TEXT_TOKENS, decoder_start_token_id=TEXT_TOKENS + 1,
    )  # fmt: skip
    torch.manual_seed(SEED)
    model = WhisperForConditionalGeneration(config)
    decoder = model.model.decoder
    with torch.no_grad():
        decoder.embed_positions.weight.normal_(std=POSITION)
        decoder.embed_tokens.weight[TEXT_TOKENS:] = 0
    model.generation_config = GenerationConfig(
        suppress_tokens=[], begin_suppress_tokens=[220, TEXT_TOKENS], bos_token_id=TEXT_TOKENS, eos_token_id=TEXT_TOKENS,
        pad_token_id=TEXT_TOKENS, decoder_start_token_id=TEXT_TOKENS + 1, max_length=448,
    )  # fmt: skip
    return model


def write_settings(folder: Path, shape: Shape, tokenizer) -> None:
    """What stands beside the weights."""
    tokenizer.save(str(folder / "tokenizer.json"))
    steering = [token for token, number in tokenizer.get_vocab().items() if number >= TEXT_TOKENS]
    files = {
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>",
            "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "additional_special_tokens": sorted(steering),
        },
        "preprocessor_config.json": {
            "feature_extractor_type": "WhisperFeatureExtractor", "feature_size": shape.mels, "sampling_rate": 16_000,
            "hop_length": 160, "n_fft": 400, "chunk_length": 30, "n_samples": 480_000, "nb_max_frames": 3_000,
        },
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"max_length": 448}, indent=1), encoding="utf-8")


def convert(source: Path, target: Path, quantization: str) -> None:
    """A CTranslate2 folder, as its users make one."""
    command = [Path(sys.executable).with_name("ct2-transformers-converter"), "--model", source, "--output_dir", target]
    command += ["--quantization", quantization, "--force", "--copy_files", "tokenizer.json", "preprocessor_config.json"]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


def make(name: str, out: Path, ranks: dict[bytes, int]) -> None:
    """All forms of one model."""
    shape = SHAPES[name]
    tokenizer = vocabulary.build(ranks, vocabulary.LANGUAGES[: shape.languages])
    source = out / name / "hf"
    source.mkdir(parents=True, exist_ok=True)
    build(shape, tokenizer.get_vocab_size()).save_pretrained(source)
    write_settings(source, shape, tokenizer)
    for quantization in ("int8", "float32"):
        convert(source, out / name / f"ct2-{quantization}", quantization)
    tokens = [token for token, _ in sorted(ranks.items(), key=lambda item: item[1])]
    for kind in ("f16", "q8_0"):
        ggml.convert(source, tokens, kind, out / name / f"ggml-{kind}.bin")


def main() -> None:
    """Entry point."""
    out, ranks = Path(sys.argv[1]), vocabulary.read_ranks(Path(sys.argv[2]))
    for name in sys.argv[3:]:
        make(name, out, ranks)


if __name__ == "__main__":
    main()
