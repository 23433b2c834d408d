"""The synthetic voices that the demo model knows, espeak-ng's and flite's, called in this process: samples with word times."""
import ctypes
import random
import re
from dataclasses import dataclass
from functools import cache

import numpy as np

RATE = 16_000
FLITE_SHARE = 0.4
FLITE_VOICES = ["kal16", "awb", "rms", "slt"]
ESPEAK_VOICES = ["en-us"] * 4 + ["en"] * 2 + ["en-gb-scotland", "en-029", "en-us-nyc", "en-gb-x-rp"]
ESPEAK_VARIANTS = [""] * 4 + (
    "m1 m2 m3 m4 m5 m6 m7 f1 f2 f3 f4 f5 croak whisperf Andrea Andy Annie Alex Denis Gene Jacky Lee Mario Michael Steph "
    "steph2 Tweaky adam anika announcer antonio benjamin boris caleb david ed edward grandma grandpa gustave iven iven3 "
    "john kaukovalta linda marcelo max miguel norbert paul pedro rob robert sandro shelby travis zac Diogo Marco"
).split()
# Kept out of training, and out of that of the first demo-en: what a new voice costs is measured with them.
HELD_OUT_VOICES = [
    f"{base}+{variant}"
    for base in ("en-us", "en-gb-x-gbclan", "en-gb-x-gbcwmd")
    for variant in ("m8", "Alicia", "Mike", "Henrique", "victor", "belinda", "quincy", "pablo")
]


@dataclass(frozen=True)
class Speaker:
    """A voice with its manner, the same for all sentences of a note."""

    engine: str  # espeak or flite
    voice: str
    pace: float  # espeak: words a minute; flite: stretch of durations
    pitch: float  # espeak: 0 to 100; flite: Hz

    @classmethod
    def draw(cls, rng: random.Random, held_out: bool = False) -> "Speaker":
        """One of the voices of training, or of those kept out of it."""
        if held_out:
            return cls("espeak", rng.choice(HELD_OUT_VOICES), rng.randint(130, 190), rng.randint(25, 75))
        if rng.random() < FLITE_SHARE:
            return cls("flite", rng.choice(FLITE_VOICES), rng.uniform(0.8, 1.25), rng.uniform(85, 210))
        variant = rng.choice(ESPEAK_VARIANTS)
        voice = rng.choice(ESPEAK_VOICES) + (variant and f"+{variant}")
        return cls("espeak", voice, rng.randint(120, 200), rng.randint(20, 80))

    @property
    def name(self) -> str:
        """As tables of clips name it."""
        return f"{self.engine}-{self.voice}"

    def say(self, text: str) -> tuple[np.ndarray, list[tuple[float, float]] | None]:
        """Float samples at 16 kHz and each word's start and end in seconds (None where the words can't be told apart)."""
        samples, rate, words = (espeak if self.engine == "espeak" else flite)().say(text, self)
        count = len(text.split())
        return resampled(samples, rate), words if words and len(words) == count else None


def resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    """int16 samples at `rate` to floats at 16 kHz: the spectrum, cut."""
    floats = samples.astype(np.float32) / 32768
    if rate == RATE or not len(floats):
        return floats
    count = round(len(floats) * RATE / rate)
    spectrum = np.fft.rfft(floats)[: count // 2 + 1]
    return (np.fft.irfft(spectrum, count) * (count / len(floats))).astype(np.float32)


class EspeakEvent(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("text_position", ctypes.c_int), ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int), ("sample", ctypes.c_int), ("user_data", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    ]  # fmt: skip


class Espeak:
    """libespeak-ng, which hands out samples and events (words and phonemes with their sample)."""

    END, WORD, PHONEME = 0, 1, 7
    RATE_PARAMETER, PITCH_PARAMETER = 1, 3
    UTF8 = 1

    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        synchronous, phoneme_events = 2, 1
        self.rate = self.library.espeak_Initialize(synchronous, 0, None, phoneme_events)
        if self.rate <= 0:
            raise SystemExit("libespeak-ng didn't start: is Debian's espeak-ng installed?")
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(EspeakEvent))
        self.callback = kind(self.heard)
        self.library.espeak_SetSynthCallback(self.callback)
        self.voice, self.parts, self.events = None, [], []

    def heard(self, samples, count, events) -> int:
        """The library's callback: keeps samples and events."""
        if samples and count > 0:
            self.parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
        place = 0
        while events[place].type != self.END:
            event = events[place]
            self.events.append((event.type, event.text_position, event.sample, bytes(event.name)))
            place += 1
        return 0

    def say(self, text: str, speaker: Speaker):
        """Samples, their rate, and word times."""
        if speaker.voice != self.voice:
            if self.library.espeak_SetVoiceByName(speaker.voice.encode()) != 0:
                raise SystemExit(f"espeak-ng has no voice {speaker.voice}")
            self.voice = speaker.voice
        self.library.espeak_SetParameter(self.RATE_PARAMETER, int(speaker.pace), 0)
        self.library.espeak_SetParameter(self.PITCH_PARAMETER, int(speaker.pitch), 0)
        self.parts, self.events = [], []
        encoded = text.encode() + b"\0"
        self.library.espeak_Synth(encoded, len(encoded), 0, 1, 0, self.UTF8, None, None)
        samples = np.concatenate(self.parts) if self.parts else np.zeros(0, np.int16)
        return samples, self.rate, self.words(text, len(samples))

    def words(self, text: str, samples: int) -> list[tuple[float, float]] | None:
        """Each word's times: from its event to the pause after it or to the next word."""
        starts = [match.start() for match in re.finditer(r"\S+", text)]
        times: dict[int, list[float]] = {}
        current = None
        for kind, position, sample, name in self.events:
            if kind == self.WORD:
                if current is not None and times[current][1] is None:
                    times[current][1] = sample
                current = position - 1
                times[current] = [sample, None]
            elif kind == self.PHONEME and current is not None and times[current][1] is None:
                silent = name.strip(b"\0").startswith(b"_") or not name.strip(b"\0")
                if silent and sample > times[current][0]:
                    times[current][1] = sample
        if current is not None and times[current][1] is None:
            times[current][1] = samples
        if any(start not in times for start in starts):
            return None
        return [(times[start][0] / self.rate, times[start][1] / self.rate) for start in starts]


@cache
def espeak() -> Espeak:
    """One a process."""
    return Espeak()


class FliteVoice(ctypes.Structure):
    """The head of cst_voice."""

    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]


class FliteWave(ctypes.Structure):
    """cst_wave."""

    _fields_ = [
        ("type", ctypes.c_char_p), ("rate", ctypes.c_int), ("count", ctypes.c_int), ("channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    ]  # fmt: skip


class Flite:
    """libflite: an utterance's waveform, and its words' segments."""

    FIRST_SEGMENT = b"R:SylStructure.daughter1.daughter1.R:Segment.p.end"
    LAST_SEGMENT = b"R:SylStructure.daughtern.daughtern.R:Segment.end"

    def __init__(self):
        self.library = library = ctypes.CDLL("libflite.so.1", ctypes.RTLD_GLOBAL)
        pointer, text, real = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float
        for name, answer, asked in (
            ("flite_init", ctypes.c_int, []), ("feat_set_float", None, [pointer, text, real]),
            ("flite_synth_text", pointer, [text, pointer]), ("utt_wave", ctypes.POINTER(FliteWave), [pointer]),
            ("delete_utterance", None, [pointer]), ("utt_relation", pointer, [pointer, text]),
            ("relation_head", pointer, [pointer]), ("item_next", pointer, [pointer]),
            ("ffeature_float", real, [pointer, text]),
        ):  # fmt: skip
            function = getattr(library, name)
            function.restype, function.argtypes = answer, asked
        library.flite_init()
        self.voices = {}

    def voice(self, name: str):
        """A registered voice."""
        if name not in self.voices:
            register = getattr(ctypes.CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
            register.restype, register.argtypes = ctypes.POINTER(FliteVoice), [ctypes.c_char_p]
            self.voices[name] = register(None)
        return self.voices[name]

    def say(self, text: str, speaker: Speaker):
        """Samples, their rate, and word times."""
        voice, library = self.voice(speaker.voice), self.library
        features = voice.contents.features
        library.feat_set_float(features, b"duration_stretch", speaker.pace)
        library.feat_set_float(features, b"int_f0_target_mean", speaker.pitch)
        utterance = library.flite_synth_text(text.encode(), voice)
        wave = library.utt_wave(utterance).contents
        samples = np.ctypeslib.as_array(wave.samples, (wave.count,)).copy()
        times, word = [], library.relation_head(library.utt_relation(utterance, b"Word"))
        while word:
            times.append((library.ffeature_float(word, self.FIRST_SEGMENT), library.ffeature_float(word, self.LAST_SEGMENT)))
            word = library.item_next(word)
        rate = wave.rate
        library.delete_utterance(utterance)
        return samples, rate, times


@cache
def flite() -> Flite:
    """One a process."""
    return Flite()
