"""LocalAgreement-2 over faster-whisper, as whisper_streaming (Machacek et al., 2023) does it: the whole buffer is decoded
again whenever `--step` seconds have come, words on which two passes in a row agree are committed, a long buffer is cut at the
last committed end of a sentence or segment. The sound is fed at real speed; events are those of `fieldos listen --json`."""

import argparse
import json
import time

import numpy
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio

RATE = 16_000


def core(word):
    return "".join(c for c in word.lower() if c.isalnum())


class Hypotheses:
    def __init__(self):
        self.committed, self.before, self.new, self.end = [], [], [], 0.0

    def insert(self, words):
        self.new = [w for w in words if w[0] > self.end - 0.1]
        if self.new and abs(self.new[0][0] - self.end) < 1:
            for count in range(min(len(self.committed), len(self.new), 5), 0, -1):
                if [core(w[2]) for w in self.committed[-count:]] == [core(w[2]) for w in self.new[:count]]:
                    del self.new[:count]
                    break

    def flush(self):
        agreed = []
        while self.new and self.before and core(self.new[0][2]) == core(self.before[0][2]):
            agreed.append(self.new.pop(0))
            self.before.pop(0)
        return self.commit(agreed)

    def commit(self, words):
        self.before, self.new = self.new, []
        self.committed += words
        self.end = words[-1][1] if words else self.end
        return words


class Stream:
    def __init__(self, model, options):
        self.model, self.options, self.words = model, options, Hypotheses()
        self.sound, self.offset, self.start = numpy.zeros(0, numpy.float32), 0.0, time.monotonic()

    def tell(self, event, **fields):
        print(json.dumps({"event": event, "at": time.monotonic() - self.start, **fields}), flush=True)

    def commit(self, words):
        if words:
            self.tell("committed", words=[{"start": w[0], "end": w[1], "word": w[2]} for w in words])

    def decode(self):
        prompt = "".join(w[2] for w in self.words.committed if w[1] <= self.offset)[-200:] if self.options.prompt else None
        segments, _ = self.model.transcribe(
            self.sound, language="en", beam_size=self.options.beam, word_timestamps=True,
            condition_on_previous_text=self.options.prompt, initial_prompt=prompt, vad_filter=self.options.vad)
        self.segments = list(segments)
        words = [(w.start + self.offset, w.end + self.offset, w.word) for s in self.segments for w in s.words]
        self.words.insert(words)
        self.commit(self.words.flush())
        self.tell("partial", committed="", tentative="".join(w[2] for w in self.words.before))
        self.trim()

    def trim(self):
        ends = [w[1] for w in self.words.committed if w[1] > self.offset and w[2].rstrip()[-1:] in ".?!"]
        if len(self.sound) > self.options.trim * RATE and not ends:
            ends = [s.end + self.offset for s in self.segments if s.end + self.offset <= self.words.end]
        if ends and len(self.sound) > self.options.trim * RATE:
            self.sound = self.sound[int((ends[-1] - self.offset) * RATE) :]
            self.offset = ends[-1]

    def run(self, sound):
        at = 0
        while at < len(sound):
            due = min(len(sound), max(at + int(self.options.step * RATE), int((time.monotonic() - self.start) * RATE)))
            time.sleep(max(0, self.start + due / RATE - time.monotonic()))
            self.sound = numpy.concatenate([self.sound, sound[at:due]])
            at = due
            self.decode()
        self.commit(self.words.commit(self.words.before))


parser = argparse.ArgumentParser()
for name in ("--model", "--file"):
    parser.add_argument(name, required=True)
for name, default in (("--step", 1.0), ("--trim", 12.0)):
    parser.add_argument(name, type=float, default=default)
parser.add_argument("--beam", type=int, default=5)
for name in ("--prompt", "--vad"):
    parser.add_argument(name, action="store_true")
options = parser.parse_args()
model = WhisperModel(options.model, device="cpu", compute_type="int8", cpu_threads=1)
list(model.transcribe(numpy.zeros(RATE, numpy.float32), language="en")[0])  # loads everything
Stream(model, options).run(decode_audio(options.file))
