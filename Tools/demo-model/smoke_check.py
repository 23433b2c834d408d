#!/usr/bin/env python3
"""Loads a smoke run's two model folders with faster-whisper and lets them transcribe a test utterance."""
import sys
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel


def main() -> None:
    """Entry point: `smoke_check.py WORK`."""
    work = Path(sys.argv[1])
    pcm = np.fromfile(work / "voices.pcm", np.int16)[: 16_000 * 5].astype(np.float32) / 32768
    for name, compute in (("demo-en-float32", "float32"), ("demo-en", "int8")):
        model = WhisperModel(str(work / name), device="cpu", compute_type=compute, cpu_threads=2)
        segments, info = model.transcribe(
            pcm, language="en", temperature=0, max_new_tokens=8, without_timestamps=True, no_speech_threshold=None
        )
        count = sum(len(segment.tokens) for segment in segments)
        if model.model.is_multilingual or info.language != "en":
            raise SystemExit(f"{name} should load as an English-only model")
        print(f"{name}: faster-whisper loads it and decodes {count} tokens (untrained: they mean nothing)")


if __name__ == "__main__":
    main()
