"""A Hugging Face folder as a whisper.cpp model file.

The file: magic, eleven numbers, mel filters, text tokens, then tensors to the end; little-endian, extents innermost first.
Matrices are kept in half floats or in blocks of 32 bytes under a half-float scale (q8_0), convolutions in half floats, the
rest in float32.
"""
import json
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from safetensors.numpy import load_file

MAGIC = 0x67676D6C
F32, F16, Q8_0 = 0, 1, 8  # types of a tensor
FILE_TYPES = {"f16": 1, "q8_0": 2_007}  # 7, and 1000 times the version of the blocks' layout
BLOCK = 32

# Parts of a name: Hugging Face's to OpenAI's, which whisper.cpp keeps.
ATTENTION = {"q_proj": "query", "k_proj": "key", "v_proj": "value", "out_proj": "out"}
IN_LAYER = {
    "self_attn_layer_norm": "attn_ln", "encoder_attn_layer_norm": "cross_attn_ln", "final_layer_norm": "mlp_ln",
    "fc1": "mlp.0", "fc2": "mlp.2",
    **{f"self_attn.{theirs}": f"attn.{ours}" for theirs, ours in ATTENTION.items()},
    **{f"encoder_attn.{theirs}": f"cross_attn.{ours}" for theirs, ours in ATTENTION.items()},
}  # fmt: skip
OUTSIDE = {
    "encoder.embed_positions.weight": "encoder.positional_embedding",
    "decoder.embed_positions.weight": "decoder.positional_embedding",
    "decoder.embed_tokens.weight": "decoder.token_embedding.weight",
    "encoder.layer_norm.weight": "encoder.ln_post.weight", "encoder.layer_norm.bias": "encoder.ln_post.bias",
    "decoder.layer_norm.weight": "decoder.ln.weight", "decoder.layer_norm.bias": "decoder.ln.bias",
}  # fmt: skip


def renamed(name: str) -> str:
    """A tensor's name in the file."""
    name = name.removeprefix("model.")
    side, _, rest = name.partition(".layers.")
    if not rest:
        return OUTSIDE.get(name, name)
    layer, _, inner = rest.partition(".")
    part, _, last = inner.rpartition(".")
    return f"{side}.blocks.{layer}.{IN_LAYER[part]}.{last}"


def blocks(values: np.ndarray) -> bytes:
    """Rows in q8_0: each 32 values become a half-float scale, the largest over 127, and bytes."""
    rows = values.astype(np.float32).reshape(-1, BLOCK)
    scale = np.abs(rows).max(axis=1, keepdims=True) / np.float32(127)
    quantised = np.rint(np.divide(rows, scale, out=np.zeros_like(rows), where=scale > 0)).astype(np.int8)
    return np.concatenate([scale.astype("<f2").view(np.int8), quantised], axis=1).tobytes()


def stored(name: str, values: np.ndarray, kind: str) -> tuple[int, bytes]:
    """A tensor's type and bytes."""
    if values.ndim == 2 and name.endswith(".weight") and kind == "q8_0":
        return Q8_0, blocks(values)
    if values.ndim >= 2 and name.endswith(".weight"):
        return F16, values.astype("<f2").tobytes()
    return F32, values.astype("<f4").tobytes()


def write_tensor(file: BinaryIO, name: str, values: np.ndarray, kind: str) -> None:
    """Rank, length of the name, type, extents, name, data."""
    if name in ("encoder.conv1.bias", "encoder.conv2.bias"):
        values = values[:, None]
    number, data = stored(name, values, kind)
    title = name.encode()
    file.write(struct.pack("<3i", values.ndim, len(title), number))
    file.write(struct.pack(f"<{values.ndim}i", *reversed(values.shape)))
    file.write(title + data)


def convert(folder: Path, tokens: list[bytes], kind: str, out: Path) -> None:
    """Writes one file; `kind` is f16 or q8_0."""
    config = json.loads((folder / "config.json").read_text())
    width, bands = config["d_model"], config["num_mel_bins"]
    numbers = [
        config["vocab_size"],
        config["max_source_positions"], width, config["encoder_attention_heads"], config["encoder_layers"],
        config["max_target_positions"], width, config["decoder_attention_heads"], config["decoder_layers"],
        bands, FILE_TYPES[kind],
    ]  # fmt: skip
    filters = FeatureExtractor(feature_size=bands).mel_filters.astype("<f4")
    with out.open("wb") as file:
        file.write(struct.pack("<12i", MAGIC, *numbers))
        file.write(struct.pack("<2i", *filters.shape) + filters.tobytes())
        file.write(struct.pack("<i", len(tokens)))
        for token in tokens:
            file.write(struct.pack("<i", len(token)) + token)
        for name, values in load_file(folder / "model.safetensors").items():
            if name != "proj_out.weight":  # the embedding again
                write_tensor(file, renamed(name), values, kind)
