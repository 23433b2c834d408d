"""The multilingual vocabulary of Whisper as a `tokenizer.json`, from the ranks in openai-whisper's source package."""
import base64
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te "
    "fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht "
    "ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue"
).split()
TASKS = ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
TIMESTAMPS = 1_501


def byte_characters() -> dict[int, str]:
    """GPT-2's printable stand-ins for bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}


CHARACTERS = byte_characters()


def shown(data: bytes) -> str:
    """Bytes in their stand-ins."""
    return "".join(CHARACTERS[byte] for byte in data)


def read_ranks(path: Path) -> dict[bytes, int]:
    """A .tiktoken file."""
    lines = (line.split() for line in path.read_text().splitlines() if line)
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def halves(token: bytes, rank: int, ranks: dict[bytes, int]) -> list[bytes]:
    """What the merges of lower rank make of a token: its two halves, unless no merge leads to it."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 1:
        pairs = [(ranks.get(a + b, rank), i) for i, (a, b) in enumerate(zip(parts, parts[1:]))]
        lowest, at = min(pairs)
        if lowest >= rank:
            break
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts


def build(ranks: dict[bytes, int], languages: list[str]) -> Tokenizer:
    """Text tokens, special tokens and timestamps in Whisper's order."""
    pairs = [halves(token, rank, ranks) for token, rank in sorted(ranks.items(), key=lambda item: item[1])]
    merges = [(shown(pair[0]), shown(pair[1])) for pair in pairs if len(pair) == 2]
    tokenizer = Tokenizer(models.BPE(vocab={shown(token): rank for token, rank in ranks.items()}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in languages), *TASKS]
    special += [f"<|{0.02 * step:.2f}|>" for step in range(TIMESTAMPS)]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    return tokenizer
