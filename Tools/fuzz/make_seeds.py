#!/usr/bin/env python3
"""Writes the inputs from which the fuzzer starts, a few kilobytes a target, into corpus/TARGET beside this file.

Those named valid-... are read to their end without an error; the replay test in the package holds them to it.
"""
import json
import struct
from pathlib import Path

OUT = Path(__file__).resolve().parent / "corpus"
FLOAT32, INT8, INT16, INT32, FLOAT16, BFLOAT16 = range(6)
PACKING = {FLOAT32: "f", INT8: "b", INT16: "h", INT32: "i", FLOAT16: "e"}


def save(target: str, name: str, data: bytes) -> None:
    """One seed."""
    (OUT / target).mkdir(parents=True, exist_ok=True)
    (OUT / target / name).write_bytes(data)


def wav(tag: int, bits: int, channels: int, rate: int, extensible=False, size=None, before=b"") -> bytes:
    """Four frames in the format."""
    width = bits // 8
    samples = struct.pack("<4f", 0, 0.5, -0.5, 1) if tag == 3 else bytes(range(10, 10 + 4 * width))
    data = samples * channels
    head = struct.pack("<HHIIHH", 0xFFFE if extensible else tag, channels, rate, rate * width, width * channels, bits)
    if extensible:
        head += struct.pack("<HHIH", 22, bits, 0, tag) + bytes(14)
    body = b"WAVE" + before + b"fmt " + struct.pack("<I", len(head)) + head
    body += b"data" + struct.pack("<I", len(data) if size is None else size) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def make_wavs() -> None:
    """Every format, and what broken recorders leave."""
    for tag, bits in ((1, 8), (1, 16), (1, 24), (1, 32), (3, 32)):
        save("wav", f"valid-format{tag}-{bits}", wav(tag, bits, 1, 16_000))
    save("wav", "valid-stereo", wav(1, 16, 2, 48_000))
    save("wav", "valid-extensible", wav(1, 24, 3, 48_000, extensible=True))
    save("wav", "valid-size0", wav(1, 16, 1, 8_000, size=0))
    save("wav", "valid-size-largest", wav(1, 16, 1, 8_000, size=0xFFFF_FFFF))
    save("wav", "valid-truncated", wav(1, 16, 1, 8_000, size=100))
    save("wav", "valid-list", wav(1, 16, 1, 8_000, before=b"LIST\x05\0\0\0hello\0"))
    save("wav", "valid-odd-rate", wav(1, 16, 1, 44_101))
    save("wav", "valid-highest-odd-rate", wav(1, 16, 1, 383_999))  # took 100 MB and seconds once
    wide = struct.pack("<IQQQI", 28, 0, 8, 4, 0)
    for name in (b"RF64", b"BW64"):
        save("wav", "valid-" + name.decode(), name + wav(1, 16, 1, 8_000, size=0xFFFF_FFFF, before=b"ds64" + wide)[4:])
    save("wav", "bits12", wav(1, 12, 1, 8_000))


def text(value: str) -> bytes:
    """A 16-bit length that counts the closing NUL, then the bytes."""
    raw = value.encode() + b"\0"
    return struct.pack("<H", len(raw)) + raw


def variable(name: str, shape: list[int], kind: int) -> bytes:
    """A variable with small values."""
    count = 1
    for extent in shape:
        count *= extent
    values = [(1 + i % 5) * (1 if kind in (INT8, INT16, INT32) else 0.125) for i in range(count)]
    if kind == BFLOAT16:
        data = b"".join(struct.pack("<f", v)[2:] for v in values)
    else:
        data = struct.pack(f"<{count}{PACKING[kind]}", *values)
    head = struct.pack("<B", len(shape)) + struct.pack(f"<{len(shape)}I", *shape) + struct.pack("<BI", kind, len(data))
    return text(name) + head + data


def whisper(kind: int, width=1, positions=1500) -> list[bytes]:
    """The variables of a Whisper model with a layer a side, one mel band and 20 tokens."""
    found = []

    def add(name: str, shape: list[int], wanted=kind) -> None:
        found.append(variable(name, shape, wanted))
        if wanted in (INT8, INT16):
            scales = shape[:1] if wanted == INT8 and shape[0] < 100 else []
            found.append(variable(name + "_scale", scales, FLOAT32))

    def linear(name: str, outputs: int, inputs: int) -> None:
        add(name + "/weight", [outputs, inputs])
        add(name + "/bias", [outputs], FLOAT32)

    def norm(name: str) -> None:
        add(name + "/gamma", [width], FLOAT32)
        add(name + "/beta", [width], FLOAT32)

    def block(name: str, linears: list[int]) -> None:
        norm(name + "/layer_norm")
        for i, outputs in enumerate(linears):
            linear(f"{name}/linear_{i}", outputs * width, width)

    for i in (1, 2):
        add(f"encoder/conv{i}/weight", [width, 1 if i == 1 else width, 3])
        add(f"encoder/conv{i}/bias", [width], FLOAT32)
    for part in ("encoder", "decoder"):
        found.append(variable(f"{part}/num_heads", [], INT16 if part == "encoder" else INT8))
        add(f"{part}/position_encodings/encodings", [positions if part == "encoder" else 16, width])
        norm(f"{part}/layer_norm")
        block(f"{part}/layer_0/self_attention", [3, 1])
        block(f"{part}/layer_0/ffn", [1, 1])
    block("decoder/layer_0/attention", [1, 2, 1])
    add("decoder/embeddings/weight", [20, width])
    return found


def model(variables: list[bytes], aliases: list[tuple[str, str]], version=6, spec="WhisperSpec") -> bytes:
    """A whole model.bin."""
    head = struct.pack("<I", version) + text(spec) + struct.pack("<II", 3, len(variables))
    tail = struct.pack("<I", len(aliases)) + b"".join(text(alias) + text(target) for alias, target in aliases)
    return head + b"".join(variables) + tail


def make_models() -> None:
    """A whole model of each element type, and small pieces of one."""
    alias = [("decoder/projection/weight", "decoder/embeddings/weight")]
    for name, kind in (("int8", INT8), ("int16", INT16), ("float16", FLOAT16), ("bfloat16", BFLOAT16)):
        save("model", "valid-" + name, model(whisper(kind), alias))
    save("model", "valid-float32", model(whisper(FLOAT32), alias))
    save("model", "empty", model([], [], version=5))
    save("model", "alias", model([variable("a", [2], INT32)], [("b", "a"), ("c", "b")]))


def parts(tokens: int) -> dict[str, list[int]]:
    """Names in OpenAI's spelling and shapes of a Whisper model of width 1 with a layer a side and one mel band."""
    found = {"encoder.conv1.weight": [1, 1, 3], "encoder.conv2.weight": [1, 1, 3]}
    found |= {"encoder.conv1.bias": [1], "encoder.conv2.bias": [1]}
    found |= {"encoder.positional_embedding": [1500, 1], "decoder.positional_embedding": [16, 1]}
    found["decoder.token_embedding.weight"] = [tokens, 1]
    norms = ["encoder.ln_post", "decoder.ln"]
    for block, attentions in (("encoder.blocks.0.", ["attn"]), ("decoder.blocks.0.", ["attn", "cross_attn"])):
        for name in [block + attention for attention in attentions]:
            norms.append(name + "_ln")
            for part in ("query", "key", "value", "out"):
                found[f"{name}.{part}.weight"] = [1, 1]
                if part != "key":
                    found[f"{name}.{part}.bias"] = [1]
        norms.append(block + "mlp_ln")
        for part in (block + "mlp.0", block + "mlp.2"):
            found |= {part + ".weight": [1, 1], part + ".bias": [1]}
    for name in norms:
        found |= {name + ".weight": [1], name + ".bias": [1]}
    return found


HUGGING_FACE = (
    (".blocks.", ".layers."), (".cross_attn_ln.", ".encoder_attn_layer_norm."), (".attn_ln.", ".self_attn_layer_norm."),
    (".cross_attn.", ".encoder_attn."), (".attn.", ".self_attn."), (".query.", ".q_proj."), (".key.", ".k_proj."),
    (".value.", ".v_proj."), (".out.", ".out_proj."), (".mlp.0.", ".fc1."), (".mlp.2.", ".fc2."),
    (".mlp_ln.", ".final_layer_norm."), (".ln_post.", ".layer_norm."), ("decoder.ln.", "decoder.layer_norm."),
    ("token_embedding", "embed_tokens"), ("positional_embedding", "embed_positions.weight"),
)  # fmt: skip


def hugging_face(name: str) -> str:
    """OpenAI's name of a tensor in transformers' spelling."""
    for ours, theirs in HUGGING_FACE:
        name = name.replace(ours, theirs)
    return name


def size(shape: list[int]) -> int:
    """How many numbers a tensor holds."""
    count = 1
    for extent in shape:
        count *= extent
    return count


def safetensors(tensors: dict[str, list[int]], kind: str) -> bytes:
    """A file of tensors that hold 0.5 throughout."""
    number = {"F32": struct.pack("<f", 0.5), "F16": struct.pack("<e", 0.5), "BF16": struct.pack("<f", 0.5)[2:]}[kind]
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, shape in tensors.items():
        start = len(body)
        body += number * size(shape)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, len(body)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + body


def make_safetensors() -> None:
    """A whole model, and small files of each type."""
    whole = {hugging_face(name): shape for name, shape in parts(20).items()}
    save("safetensors", "valid-whole", safetensors(whole, "F16"))
    for kind in ("F32", "F16", "BF16"):
        save("safetensors", f"valid-{kind}", safetensors({"a": [2, 3], "b": [], "c": [0, 4]}, kind))
    save("safetensors", "valid-none", safetensors({}, "F32"))
    gap = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
    save("safetensors", "gap", struct.pack("<Q", len(gap)) + gap + bytes(8))


# Type, numbers and bytes of a block, by ggml's numbers.
BLOCKS = {"f32": (0, 1, 4), "f16": (1, 1, 2), "q4_0": (2, 32, 18), "q4_1": (3, 32, 20), "q5_0": (6, 32, 22),
          "q5_1": (7, 32, 24), "q8_0": (8, 32, 34)}  # fmt: skip


def ggml_tensor(name: str, shape: list[int], kind: str) -> bytes:
    """A tensor whose numbers are near 0.125."""
    code, numbers, width = BLOCKS[kind]
    block = struct.pack("<f", 0.125) if kind == "f32" else struct.pack("<e", 0.125) + bytes(range(1, width - 1))
    head = struct.pack("<3i", len(shape), len(name), code) + struct.pack(f"<{len(shape)}i", *reversed(shape))
    return head + name.encode() + block * (size(shape) // numbers)


def ggml(texts: list[bytes], languages: int, kinds: list[str]) -> bytes:
    """A whole model; `kinds` are those of tensors that it does not need."""
    tokens = len(texts) + languages + 8 + 1501
    numbers = [tokens, 1500, 1, 1, 1, 16, 1, 1, 1, 1, 2000]
    file = b"lmgg" + struct.pack("<11i", *numbers) + struct.pack("<2i", 1, 201) + bytes(4 * 201)
    file += struct.pack("<i", len(texts)) + b"".join(struct.pack("<i", len(text)) + text for text in texts)
    for name, shape in parts(tokens).items():
        shape = [1, 1] if ".conv" in name and name.endswith(".bias") else shape
        file += ggml_tensor(name, shape, "f16" if size(shape) > 100 else "f32")
    return file + b"".join(ggml_tensor(kind, [2, 32], kind) for kind in kinds)


def make_ggmls() -> None:
    """A model that knows English only, a multilingual one with tensors in every type, and a file without tensors."""
    texts = [b"a", b"b", b" ", b"ab", b" ab", b"-", b"'"]
    save("ggml", "valid-english", ggml(texts, 0, []))
    save("ggml", "valid-blocks", ggml(texts + [b""], 2, list(BLOCKS)))
    save("ggml", "header", ggml(texts, 0, [])[: 4 + 44 + 8 + 804])


def field(number: int, value) -> bytes:
    """A protocol-buffers field: a number as varint, bytes behind their length (all below 16,384)."""
    def varint(value: int) -> bytes:
        return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)

    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def make_onnx() -> None:
    """Graphs with tensors and nodes such as Silero's, small; a whole one has 1.2 MB."""
    def tensor(name: str, shape: list[int], raw: bool, packed: bool) -> bytes:
        dims = field(1, b"".join(bytes([extent]) for extent in shape)) if packed else b"".join(field(1, e) for e in shape)
        data = struct.pack("<f", 0.5) * size(shape)
        return field(5, dims + field(2, 1) + field(8, name.encode()) + field(9 if raw else 4, data))

    node = field(1, field(1, b"x") + field(1, b"w") + field(1, b"r") + field(1, b"b") + field(4, b"LSTM"))
    for name, raw, packed in (("raw", True, True), ("floats", False, False)):
        tensors = tensor("decoder.conv1d.bias", [1], raw, packed) + tensor("w", [1, 4, 2], raw, packed)
        save("onnx", "valid-" + name, field(1, 8) + field(2, b"pytorch") + field(7, node + tensors))
    basis = tensor("encoder.feature_extractor.forward_basis_buffer", [2, 1, 4], True, True)
    save("onnx", "valid-basis", field(7, basis + node))
    save("onnx", "integers", field(7, field(5, field(1, 1) + field(2, 7) + field(8, b"i") + field(9, bytes(8)))))


SPECIALS = (
    "<|endoftext|> <|startoftranscript|> <|en|> <|translate|> <|transcribe|> <|startofprev|> <|nospeech|> <|notimestamps|>"
).split()


def tokenizer(old_merges: bool) -> bytes:
    """A byte-level BPE of a few tokens with Whisper's special ones."""
    vocab = {token: i for i, token in enumerate(["a", "b", "Ġ", "ab", "Ġab", "'", "s", "Ã", "©", "-", "1", "\u010a"])}
    merges = [["a", "b"], ["Ġ", "ab"]]
    document = {
        "added_tokens": [{"id": 12 + i, "content": token, "special": True} for i, token in enumerate(SPECIALS)],
        "model": {"vocab": vocab, "merges": [" ".join(pair) for pair in merges] if old_merges else merges},
    }
    return json.dumps(document, ensure_ascii=False).encode()


def make_tokenizers() -> None:
    """Both ways to write merges, with text and without."""
    save("tokenizer", "valid-old", tokenizer(True) + "\0ab abab  ab'sé -1\n\n ab\t".encode())
    save("tokenizer", "valid-new", tokenizer(False) + b"\0 I'll 've12 x\xff\xc3 \xe2\x99\xaa\xe2\x99\xaa")
    save("tokenizer", "valid-english", tokenizer(True).replace(b"<|en|>", b"<|e|>"))
    save("tokenizer", "valid-long-word", tokenizer(True) + b"\0" + b"ab" * 4_000)  # took the square of its length once
    save("tokenizer", "smallest", b'{"model":{"vocab":{"a":0},"merges":["a b"]},"added_tokens":[]}\0aa')


def make_settings() -> None:
    """The small files of a model folder, behind the letter that names them."""
    save("json", "valid-config", b'c{"suppress_ids_begin": [220, 1000], "alignment_heads": [[1, 0]], "lang_ids": []}')
    preprocessor = b'{"feature_size": 80, "sampling_rate": 16000, "hop_length": 160, "n_fft": 400, "chunk_length": 30}'
    save("json", "valid-preprocessor", b"p" + preprocessor)
    save("json", "valid-vocabulary-text", b"ta\nb\n\xc4\xa0ab\n\r\n")
    generation = b'{"alignment_heads": [[1, 0], [2, -3]], "begin_suppress_tokens": [220], "is_multilingual": true}'
    save("json", "valid-generation", b"g" + generation)
    hugging_face = {"model_type": "whisper", "activation_function": "gelu", "scale_embedding": False}
    for name in ("encoder_layers", "decoder_layers", "encoder_attention_heads", "decoder_attention_heads"):
        hugging_face[name] = 2
    save("json", "valid-hugging-face", b"h" + json.dumps(hugging_face | {"num_mel_bins": 80}).encode())
    index = {"metadata": {"total_size": 8}, "weight_map": {"a": "1.safetensors", "b": "2.safetensors"}}
    save("json", "valid-index", b"i" + json.dumps(index).encode())
    merges = b'b{"a": 0, "b": 1, "ab": 2, "\\u00e9": 3}\0#version: 0.2\na b\r\n'
    save("json", "valid-parts", merges + b'\0{"<|endoftext|>": 4}')
    save("json", "parts-without-added", merges)
    save("json", "valid-vocabulary", b'v["a", "\\u0120ab", "", "\\ud83d\\ude00", "<|0.00|>"]')


def make_packed() -> None:
    """Packed weights: magic, length of the header, header, parts at multiples of 64 bytes."""

    def packed(parts: list[dict], total: int, source: str = "fuzz") -> bytes:
        header = json.dumps({"source": source, "bytes": total, "parts": parts}, separators=(",", ":")).encode()
        start = b"FOPACK01" + struct.pack("<Q", len(header)) + header
        return start + bytes(range(256)) * ((total - len(start)) // 256 + 1) if total > len(start) else start

    parts = [{"name": "a/panels", "offset": 512, "bytes": 128}, {"name": "a/scales", "offset": 640, "bytes": 64}]
    save("packed", "valid-parts", packed(parts, 704)[:704])
    save("packed", "valid-none", packed([], 320)[:320])
    save("packed", "other-source", packed(parts, 704, "other")[:704])
    save("packed", "outside", packed([{"name": "a", "offset": 640, "bytes": 65}], 704)[:704])
    save("packed", "overflow", packed([{"name": "a", "offset": 64, "bytes": (1 << 63) - 1}], 704)[:704])


def make_others() -> None:
    """Readers outside the engine."""
    lines = ["# note", "A=1", 'export B_2="x\\n\\"y\\" \\q" # c', "C='it\\'s'", "D = a #b", "bad line", 'E="open', ""]
    save("dotenv", "lines", "\n".join(lines).encode())
    save("dotenv", "crlf", "\r\n".join(lines).encode())
    for name, header in (
        ("fixdate", "Sun, 06 Nov 1994 08:49:37 GMT"), ("rfc850", "Sunday, 06-Nov-94 08:49:37 GMT"),
        ("asctime", "Sun Nov  6 08:49:37 1994"), ("seconds", "120"),
    ):  # fmt: skip
        save("reply", name, header.encode() + b'\n{"error": "no such customer"}')
    save("reply", "echo", b"\nmissing: Grace approved the quote for mulch, key-0123\x07")


if __name__ == "__main__":
    make_wavs()
    make_models()
    make_safetensors()
    make_ggmls()
    make_onnx()
    make_tokenizers()
    make_settings()
    make_packed()
    make_others()
