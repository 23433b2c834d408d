#!/usr/bin/env python3
"""Makes the clips of the word error evaluations: unseen sentences of the demo model's grammar in its own voices.

A clip depends on the seed and its number only. OUT/texts.tsv names each clip's voice, condition, words and text;
OUT/SHA256SUMS has the clips' checksums. The SHA-256 of both is printed: a second run gives the same.
"""
import argparse
import array
import hashlib
import random
import sys
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tools/demo-model"))
import grammar  # noqa: E402
from voices import RATE, resample, speak  # noqa: E402
from wer import words  # noqa: E402

SEED = 20_260_101  # not one that the demo model was trained or tested with
QUIET = 200  # samples up to this magnitude at the ends are silence
MARGIN = 800  # samples of it that stay
PEAK = 12_000
RAMP = RATE // 20  # samples from a soft word's level back to full
SOFT_DECIBELS = (18.0, 24.0)
NOISE_DECIBELS = (20, 10)  # signal to noise over the whole clip, white noise
CONDITIONS = ["clean", "soft", "soft", "noise"]  # taken in turns


class Clip(NamedTuple):
    """A row of the table, and the clip's samples."""

    name: str
    voice: str
    condition: str
    text: str
    samples: array.array


def sentences(count_words: int, seed: int) -> list[str]:
    """Different sentences, together of at least so many words."""
    rng, found, total = random.Random(seed), {}, 0
    while total < count_words:
        text = grammar.sentence(rng)
        if text not in found:
            found[text] = None
            total += len(words(text))
    return list(found)


def trim(raw: bytes) -> array.array:
    """Cuts the silence at the ends and sets the peak."""
    samples = array.array("h", raw)
    loud = [i for i, sample in enumerate(samples) if abs(sample) > QUIET]
    if not loud:
        raise SystemExit("a voice said nothing: are espeak-ng, flite and sox installed?")
    samples = samples[max(0, loud[0] - MARGIN) : loud[-1] + MARGIN]
    scale = PEAK / max(abs(sample) for sample in samples)
    return array.array("h", (int(sample * scale) for sample in samples))


def soften(samples: array.array, text: str, decibels: float) -> array.array:
    """Turns the first and the last word down; a word's time is its share of the letters."""
    spoken = words(text)
    letters = sum(map(len, spoken))
    first, last = (max(RAMP, len(samples) * len(word) // letters) for word in (spoken[0], spoken[-1]))
    low, end = 10 ** (-decibels / 20), len(samples)

    def gain(at: int) -> float:
        inside = min(max(at - first, 0), max(end - last - at, 0))
        return low ** (1 - min(1, inside / RAMP))

    return array.array("h", (int(sample * gain(i)) for i, sample in enumerate(samples)))


def add_noise(samples: array.array, decibels: float, rng: random.Random) -> array.array:
    """Adds white noise so far below the clip's mean power."""
    power = sum(sample * sample for sample in samples) / len(samples)
    level = (power / 10 ** (decibels / 10)) ** 0.5
    return array.array("h", (max(-32768, min(32767, int(s + rng.gauss(0, level)))) for s in samples))


def make(index: int, text: str, seed: int) -> Clip:
    """One clip in the condition of its turn."""
    rng = random.Random(seed * 1_000_003 + index)
    voice, wav = speak(text, rng)
    samples = trim(resample(wav))
    condition = CONDITIONS[index % len(CONDITIONS)]
    if condition == "soft":
        decibels = round(rng.uniform(*SOFT_DECIBELS), 1)
        samples, condition = soften(samples, text, decibels), f"soft -{decibels} dB"
    if condition == "noise":
        decibels = NOISE_DECIBELS[index // len(CONDITIONS) % len(NOISE_DECIBELS)]
        samples, condition = add_noise(samples, decibels, rng), f"noise {decibels} dB"
    return Clip(f"eval{index:04}.wav", voice, condition, text, samples)


def write(clip: Clip, folder: Path) -> str:
    """Writes the WAV file; its SHA-256."""
    path = folder / clip.name
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(clip.samples.tobytes())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / ".build/eval-clips")
    parser.add_argument("--words", type=int, default=5_200, help="at least so many reference words")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for old in options.out.glob("eval*.wav"):
        old.unlink()
    texts = sentences(options.words, options.seed)
    rows, sums, total = ["clip\tvoice\tcondition\twords\ttext"], [], 0
    with ThreadPoolExecutor(2) as pool:
        for clip in pool.map(lambda item: make(*item, options.seed), enumerate(texts)):
            sums.append(f"{write(clip, options.out)}  {clip.name}")
            count = len(words(clip.text))
            total += count
            rows.append(f"{clip.name}\t{clip.voice}\t{clip.condition}\t{count}\t{clip.text}")
    for name, lines in (("texts.tsv", rows), ("SHA256SUMS", sums)):
        data = ("\n".join(lines) + "\n").encode()
        (options.out / name).write_bytes(data)
        print(f"{hashlib.sha256(data).hexdigest()}  {options.out / name}")
    print(f"{len(texts)} clips, {total} words")


if __name__ == "__main__":
    main()
