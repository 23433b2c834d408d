"""The recordings that both sides transcribe: the test clips, and longer ones made of them with pauses from a seed."""
import wave
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
AUDIO = ROOT / "Tests/Fixtures/audio"
RATE = 16_000
NOTES = sorted(AUDIO.glob("note*.wav"))
VISITS = sorted(AUDIO.glob("visit*.wav"))


def read(path: Path) -> np.ndarray:
    """A clip's 16-bit samples."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def write(path: Path, samples: np.ndarray) -> Path:
    """A mono 16 kHz 16-bit WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(samples), "NONE", "not compressed"))
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def pause(dice: np.random.Generator, longest: float) -> np.ndarray:
    """Digital silence or low noise."""
    count = int(RATE * dice.uniform(0.2, longest))
    level = dice.choice([0, 0, 6, 30])
    return np.rint(dice.standard_normal(count) * level).astype("<i2")


def with_pauses(seconds: float, longest: float, seed: int) -> np.ndarray:
    """Clips in a random order with pauses between them, `seconds` long."""
    dice = np.random.default_rng(seed)
    parts: list[np.ndarray] = []
    while sum(map(len, parts)) < seconds * RATE:
        parts += [pause(dice, longest), read(dice.choice([*NOTES, *VISITS]))]
    return np.concatenate(parts)[: int(seconds * RATE)]


def make(folder: Path) -> dict[str, Path]:
    """Name → file; what isn't a test clip is written into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(4)
    made = {
        "long": np.concatenate([read(path) for path in VISITS]),
        "ten-minutes": with_pauses(600, 4, seed=1),
        "pauses": with_pauses(48, 5, seed=2),
        "minute": with_pauses(66, 1, seed=3),
        "hiss": np.rint(dice.standard_normal(9 * RATE) * 12),
        "instant": read(NOTES[0])[: RATE // 20],
    }
    clips = {path.stem: path for path in [*NOTES, *VISITS]}
    return clips | {name: write(folder / f"{name}.wav", samples) for name, samples in made.items()}
