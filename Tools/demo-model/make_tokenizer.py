#!/usr/bin/env python3
"""Trains the byte-level BPE tokenizer on the grammar's text and adds Whisper's special tokens."""
import argparse
import random

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

import grammar

TEXT_TOKENS = 1000
SEED = 5
SPECIALS = (
    "<|endoftext|> <|startoftranscript|> <|translate|> <|transcribe|> <|startoflm|> <|startofprev|> <|nospeech|> "
    "<|notimestamps|>"
).split()
TIMESTAMPS = [f"<|{position * 0.02:.2f}|>" for position in range(1501)]


def train(lines: list[str]) -> Tokenizer:
    """A tokenizer of TEXT_TOKENS text tokens (256 bytes among them), then special tokens, then timestamps."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=TEXT_TOKENS, initial_alphabet=alphabet, special_tokens=[])
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in SPECIALS + TIMESTAMPS])
    return tokenizer


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", help="output file, e.g. work/tokenizer.json")
    parser.add_argument("--lines", type=int, default=20_000, help="sentences to train on, about (default 20000)")
    options = parser.parse_args()
    rng = random.Random(SEED)
    tokenizer = train([" " + text for _ in range(options.lines // 5) for text in grammar.spoken(rng)])
    tokenizer.save(options.out)
    print(f"{options.out}: {tokenizer.get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
