"""The recordings, all of exact length, made of the test clips. Without numpy: the driver stays small, see engines.py."""
import wave
from pathlib import Path

RATE = 16_000
AUDIO = Path(__file__).resolve().parents[2] / "Tests/Fixtures/audio"
LENGTHS = (5, 10, 30, 120)
QUEUED, QUEUED_SECONDS = 16, 10


def speech() -> bytes:
    """All notes and visits, one behind the other, in 16 bits."""
    parts = []
    for path in sorted([*AUDIO.glob("note*.wav"), *AUDIO.glob("visit*.wav")]):
        with wave.open(str(path)) as file:
            parts.append(file.readframes(file.getnframes()))
    return b"".join(parts)


def cut(data: bytes, start: int, seconds: int, path: Path) -> str:
    """A piece, from the beginning again where the end is reached."""
    first, count = 2 * RATE * start, 2 * RATE * seconds
    turns = (first + count) // len(data) + 1
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        file.writeframes((data * turns)[first : first + count])
    return str(path)


def make(folder: Path) -> tuple[dict[int, str], list[str]]:
    """A clip of each length, and the queue."""
    folder.mkdir(parents=True, exist_ok=True)
    data = speech()
    single = {seconds: cut(data, 0, seconds, folder / f"{seconds}s.wav") for seconds in LENGTHS}
    starts = range(0, QUEUED * QUEUED_SECONDS, QUEUED_SECONDS)
    return single, [cut(data, start, QUEUED_SECONDS, folder / f"queued-{start:03}.wav") for start in starts]
