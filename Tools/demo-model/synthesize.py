#!/usr/bin/env python3
"""Synthesises the grammar's utterances with espeak-ng and flite.

Writes OUT.pcm (mono 16 kHz signed 16-bit, all utterances in a row) and OUT.json ([text, voice, first sample, samples]).
An utterance depends on the seed and its number only, but for the breath noise of some espeak-ng variants.
"""
import argparse
import json
import random
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import grammar

RATE = 16_000
FLITE_SHARE = 0.45
FLITE_VOICES = ["kal16", "awb", "rms", "slt"]
ESPEAK_VOICES = ["en-us", "en-us", "en-gb", "en-gb-scotland", "en-029"]
ESPEAK_VARIANTS = [""] + (
    "+m1 +m2 +m3 +m4 +m5 +m6 +m7 +f1 +f2 +f3 +f4 +f5 +croak +whisperf +Andrea +Annie +Alex +Denis +Gene +Jacky +Lee "
    "+Mario +Michael +Steph +steph2 +Tweaky +max +linda +john +ed +ian +kaukovalta +norbert +paul +rob +sandro +shelby "
    "+travis +zac"
).split()
LONGEST_SECONDS = 12
QUIET = 200  # samples up to this magnitude at the ends are silence
MARGIN = 800  # samples of it that stay
PEAK = 12_000


def speak_flite(text: str, rng: random.Random) -> tuple[str, bytes]:
    """Voice name and WAV bytes."""
    voice, stretch = rng.choice(FLITE_VOICES), rng.uniform(0.8, 1.25)
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.2f}"]
        command += ["--setf", f"int_f0_target_mean={rng.uniform(85, 210):.0f}", "-t", text, "-o", file.name]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return f"flite-{voice}", Path(file.name).read_bytes()


def speak_espeak(text: str, rng: random.Random) -> tuple[str, bytes]:
    """Voice name and WAV bytes (their header has no true length: espeak-ng streams)."""
    voice = rng.choice(ESPEAK_VOICES) + rng.choice(ESPEAK_VARIANTS)
    command = ["espeak-ng", "-v", voice, "-s", str(rng.randint(120, 200)), "-p", str(rng.randint(20, 80))]
    result = subprocess.run(command + ["--stdout", text], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return f"espeak-{voice}", result.stdout


def resample(wav: bytes) -> np.ndarray:
    """WAV bytes to 16 kHz mono int16 samples."""
    command = ["sox", "-t", "wav", "-", "-r", str(RATE), "-c", "1", "-b", "16", "-e", "signed", "-t", "raw", "-"]
    result = subprocess.run(command, input=wav, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return np.frombuffer(result.stdout, np.int16)


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
    voice, wav = (speak_flite if rng.random() < FLITE_SHARE else speak_espeak)(text, rng)
    samples = trim(resample(wav))
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
