#!/usr/bin/env python3
"""Synthesises the grammar's notes with espeak-ng and flite, sentence by sentence, with the time of each word.

Writes OUT.pcm (mono 16 kHz signed 16-bit, all sentences in a row) and OUT.json, a list of notes, each
{"speaker": name, "sentences": [{"text", "start", "count", "words"}]}: first sample, samples, and the words' [start, end]
in seconds of the sentence (null where a voice can't tell). A note depends on the seed and its number only, but for the
breath noise of some espeak-ng variants.
"""
import argparse
import json
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

import grammar
from voices import RATE, Speaker

LONGEST_SECONDS = 14
QUIET = 0.006  # up to this magnitude the ends are silence
MARGIN = 800  # samples of it that stay
PEAK = 0.37


def trimmed(samples: np.ndarray, words: list | None) -> tuple[np.ndarray, list | None] | None:
    """Cuts the silence at the ends and sets the peak; nothing for silence and for overlong speech."""
    loud = np.nonzero(np.abs(samples) > QUIET)[0]
    if len(loud) == 0 or len(samples) > RATE * LONGEST_SECONDS:
        return None
    first, last = max(0, loud[0] - MARGIN), min(len(samples), loud[-1] + MARGIN)
    samples = samples[first:last]
    longest = len(samples) / RATE
    moved = words and [[round(min(max(t - first / RATE, 0), longest), 3) for t in word] for word in words]
    return (samples * (PEAK / np.abs(samples).max() * 32768)).astype(np.int16), moved


def note(seed: int, single: bool, held_out: bool, index: int) -> tuple[str, list]:
    """A speaker's name and (text, samples, words) of each sentence."""
    rng = random.Random(seed * 1_000_003 + index)
    speaker = Speaker.draw(rng, held_out)
    texts = [grammar.sentence(rng)] if single else grammar.spoken(rng)
    made = []
    for text in texts:
        kept = trimmed(*speaker.say(text))
        if kept:
            made.append((text, *kept))
    return speaker.name, made


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=int, help="notes to synthesise")
    parser.add_argument("seed", type=int)
    parser.add_argument("out", help="output path without suffix, e.g. work/train")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--single", action="store_true", help="one sentence a note, never random words")
    parser.add_argument("--held-out", action="store_true", help="the voices that are kept out of training")
    options = parser.parse_args()
    notes, offset = [], 0
    make = partial(note, options.seed, options.single, options.held_out)
    with ProcessPoolExecutor(options.processes) as pool, open(options.out + ".pcm", "wb") as pcm:
        for index, (speaker, made) in enumerate(pool.map(make, range(options.notes), chunksize=16)):
            sentences = []
            for text, samples, words in made:
                pcm.write(samples.tobytes())
                sentences.append({"text": text, "start": offset, "count": len(samples), "words": words})
                offset += len(samples)
            if sentences:
                notes.append({"speaker": speaker, "sentences": sentences})
            if sys.stderr.isatty() and index % 50 == 0:
                print(f"\r{index} of {options.notes} notes", end="", file=sys.stderr)
    Path(options.out + ".json").write_text(json.dumps(notes), encoding="utf-8")
    sentences = sum(len(note["sentences"]) for note in notes)
    print(f"{options.out}: {len(notes)} notes, {sentences} sentences, {offset / RATE / 3600:.2f} hours")


if __name__ == "__main__":
    main()
