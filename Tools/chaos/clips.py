"""Recordings for the drills: small, and no two with the same bytes."""

import hashlib
import math
import pathlib
import random
import struct
import wave


def tone(path, seed):
    """A tone with noise, as long as the seed says: mostly a quarter of a second, at times a minute (2 MB)."""
    draw = random.Random(seed)
    rate, seconds = 16000, draw.choice((0.2, 0.25, 0.3, 0.5, 1.0, 4.0)) if draw.random() < 0.95 else 60.0
    step, noise = 2 * math.pi * draw.uniform(200, 900) / rate, draw.randbytes(4096)
    second = bytearray()
    for i in range(rate):
        second += struct.pack("<h", int(8000 * math.sin(step * i)) + noise[i % 4096])
    frames = bytes(second) * (int(seconds) + 1)
    write(path, rate, frames[: int(rate * seconds) * 2])
    return digest(path)


def spoken(path, sample, seed):
    """One of the bundled samples with its last bits changed, so that the bytes are new and the words are not."""
    draw = random.Random(seed)
    with wave.open(str(sample)) as source:
        rate, frames = source.getframerate(), bytearray(source.readframes(source.getnframes()))
    for _ in range(200):
        frames[draw.randrange(len(frames) // 2) * 2] ^= 1
    write(path, rate, bytes(frames))
    return digest(path)


def write(path, rate, frames):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(frames)


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
