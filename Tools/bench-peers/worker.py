"""The loop of a worker: commands as JSON lines on standard input, an answer a line, as `engine-bench` has them."""
import json
import os
import sys
import time
from collections.abc import Callable

RATE = 16_000


class Unsupported(Exception):
    """What an engine can't do."""


def exact_budget(tokens: int, prompt: int = 4) -> int:
    """What `max_new_tokens` must be for exactly `tokens` tokens: CTranslate2 gives an answer half of prompt and new tokens."""
    return 2 * tokens - prompt


def timed(work: Callable[[], int | None]) -> dict:
    """Milliseconds of a piece of work, and the tokens that it counts."""
    begin = time.perf_counter()
    tokens = work()
    return {"ms": (time.perf_counter() - begin) * 1e3, "tokens": tokens}


def nothing(_answer: object) -> None:
    """For work that yields no tokens."""


def wav(path: str):
    """The samples of a mono 16 kHz 16-bit WAV file."""
    import wave

    import numpy as np

    with wave.open(path) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float32) / 32_768


def serve(worker: object) -> None:
    """Calls the worker's method that a command names, until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(worker, request.pop("op"))(**request)
        except Exception as error:  # noqa: BLE001: the driver decides
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

