"""Whisper's normalised log-mel spectrogram, in PyTorch: Slaney's mel bank of 80 bands over 0 to 8 kHz."""
import math
from functools import cache

import numpy as np
import torch

RATE = 16_000
WINDOW, HOP, BANDS = 400, 160, 80
LINEAR_HZ_A_MEL = 200 / 3  # Slaney's scale: linear up to 1 kHz,
BREAK_HZ = 1000.0
BREAK_MEL = BREAK_HZ / LINEAR_HZ_A_MEL
LOG_STEP = math.log(6.4) / 27  # logarithmic above


def mel_of(hertz: float) -> float:
    """Slaney's mel of a frequency."""
    if hertz < BREAK_HZ:
        return hertz / LINEAR_HZ_A_MEL
    return BREAK_MEL + math.log(hertz / BREAK_HZ) / LOG_STEP


def hertz_of(mel: np.ndarray) -> np.ndarray:
    """The frequencies of Slaney mels."""
    above = BREAK_HZ * np.exp(LOG_STEP * (mel - BREAK_MEL))
    return np.where(mel < BREAK_MEL, mel * LINEAR_HZ_A_MEL, above)


@cache
def mel_bank() -> np.ndarray:
    """The filter bank, float32 [bands, WINDOW / 2 + 1]: triangles of equal area."""
    bins = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    edges = hertz_of(np.linspace(0, mel_of(RATE / 2), BANDS + 2))
    widths = np.diff(edges)[:, None]
    rising = (bins - edges[:-2, None]) / widths[:-1]
    falling = (edges[2:, None] - bins) / widths[1:]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def log_mel(audio: torch.Tensor) -> torch.Tensor:
    """Float samples [n] at 16 kHz to [bands, n / HOP], as Whisper normalises them."""
    spectrum = torch.stft(audio, WINDOW, HOP, window=torch.hann_window(WINDOW), return_complex=True)[:, :-1]
    power = torch.from_numpy(mel_bank()) @ (spectrum.abs() ** 2)
    logs = torch.clamp(power, min=1e-10).log10()
    return (torch.maximum(logs, logs.max() - 8.0) + 4) / 4
