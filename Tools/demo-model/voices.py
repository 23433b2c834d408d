"""The synthetic voices that the demo model knows: flite's and espeak-ng's, with pitch and speed varied."""
import random
import subprocess
import tempfile
from pathlib import Path

RATE = 16_000
FLITE_SHARE = 0.45
FLITE_VOICES = ["kal16", "awb", "rms", "slt"]
ESPEAK_VOICES = ["en-us", "en-us", "en-gb", "en-gb-scotland", "en-029"]
ESPEAK_VARIANTS = [""] + (
    "+m1 +m2 +m3 +m4 +m5 +m6 +m7 +f1 +f2 +f3 +f4 +f5 +croak +whisperf +Andrea +Annie +Alex +Denis +Gene +Jacky +Lee "
    "+Mario +Michael +Steph +steph2 +Tweaky +max +linda +john +ed +ian +kaukovalta +norbert +paul +rob +sandro +shelby "
    "+travis +zac"
).split()


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


def speak(text: str, rng: random.Random) -> tuple[str, bytes]:
    """Voice name and WAV bytes of a voice drawn from all."""
    return (speak_flite if rng.random() < FLITE_SHARE else speak_espeak)(text, rng)


def resample(wav: bytes) -> bytes:
    """WAV bytes to 16 kHz mono samples, signed 16-bit; -R: with the same dither every time."""
    command = ["sox", "-R", "-t", "wav", "-", "-r", str(RATE), "-c", "1", "-b", "16", "-e", "signed", "-t", "raw", "-"]
    return subprocess.run(command, input=wav, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
