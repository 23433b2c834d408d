#!/usr/bin/env python3
"""Synthesises the grammar's utterances with espeak-ng and flite.

Writes OUT.pcm (mono 16 kHz signed 16-bit, all utterances in a row) and OUT.json ([text, voice, first sample, samples]).
An utterance depends on the seed and its number only, but for the breath noise of some espeak-ng variants.
"""
import argparse
import json
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import grammar
from voices import RATE, resample, speak

LONGEST_SECONDS = 12
QUIET = 200  # samples up to this magnitude at the ends are silence
MARGIN = 800  # samples of it that stay
PEAK = 12_000


def trim(samples: np.ndarray) -> np.ndarray | None:
    """Cuts the silence at the ends and sets the peak; nothing for silence and for overlong speech."""
    loud = np.nonzero(np.abs(samples.astype(np.int32)) > QUIET)[0]
    if len(loud) == 0 or len(samples) > RATE * LONGEST_SECONDS:
        return None
    samples = samples[max(0, loud[0] - MARGIN) : loud[-1] + MARGIN].astype(np.float32)
    return (samples * (PEAK / np.abs(samples).max())).astype(np.int16)


def utterance(seed: int, index: int) -> tuple[str, str, np.ndarray] | None:
    """Text, voice and samples of one utterance."""
    rng = random.Random(seed * 1_000_003 + index)
    text = grammar.utterance(rng)
    voice, wav = speak(text, rng)
    samples = trim(np.frombuffer(resample(wav), np.int16))
    return None if samples is None else (text, voice, samples)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help="utterances to synthesise")
    parser.add_argument("seed", type=int)
    parser.add_argument("out", help="output path without suffix, e.g. work/train")
    options = parser.parse_args()
    records, offset = [], 0
    with ThreadPoolExecutor(2) as pool, open(options.out + ".pcm", "wb") as pcm:
        for made in pool.map(lambda index: utterance(options.seed, index), range(options.count)):
            if made:
                text, voice, samples = made
                records.append([text, voice, offset, len(samples)])
                pcm.write(samples.tobytes())
                offset += len(samples)
    if not records:
        raise SystemExit("nothing was synthesised: are espeak-ng, flite and sox installed?")
    Path(options.out + ".json").write_text(json.dumps(records), encoding="utf-8")
    print(f"{options.out}: {len(records)} utterances, {offset / RATE / 3600:.2f} hours")


if __name__ == "__main__":
    main()
