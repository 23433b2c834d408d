"""whisper.cpp through pywhispercpp as a worker, see worker.py.

As a command: worker_whisper_cpp.py MODEL THREADS BEAMS TOKENS CLIP...
"""
import os
import re
import sys

import _pywhispercpp as cpp

from worker import Unsupported, serve, timed, wav

STAGES = re.compile(r"(mel|encode) time\s*=\s*([0-9.]+) ms")


class WhisperCpp:
    """One model."""

    def __init__(self) -> None:
        self.log: list[str] = []
        cpp.whisper_log_set(lambda _level, text: self.log.append(text))

    def load(self, model: str, threads: int, **_) -> dict:
        """Reads it."""
        self.threads = threads
        parameters = cpp.whisper_context_default_params()
        parameters.use_gpu = False

        def work() -> None:
            self.context = cpp.whisper_init_from_file_with_params(model, parameters)

        return timed(work)

    def mel(self, clip: str) -> dict:
        """Features of a clip, kept for `encode`."""
        samples = wav(clip)
        return timed(lambda: self.check(cpp.whisper_pcm_to_mel(self.context, samples, len(samples), self.threads)))

    def encode(self, cross: bool = False) -> dict:
        """A window through the encoder; keys and values for the decoder are part of it."""
        if not cross:
            raise Unsupported("encoding without the decoder's keys and values")
        if not hasattr(self, "noise"):
            import numpy as np

            self.noise = np.random.default_rng(1).uniform(-0.1, 0.1, 480_000).astype(np.float32)
        self.check(cpp.whisper_pcm_to_mel(self.context, self.noise, len(self.noise), self.threads))
        return timed(lambda: self.check(cpp.whisper_encode(self.context, 0, self.threads)))

    def tokens(self, beams: int, tokens: int) -> dict:
        """A window, decoded: a whole run less what the library says that features and encoder took of it."""
        import numpy as np

        silence = np.zeros(480_000, np.float32)
        cpp.whisper_reset_timings(self.context)
        answer = timed(lambda: self.run(silence, beams, tokens))
        self.log.clear()
        cpp.whisper_print_timings(self.context)
        return answer | {"ms": answer["ms"] - sum(float(ms) for _, ms in STAGES.findall("".join(self.log)))}

    def transcribe(
        self, clips: list[str], beams: int, tokens: int, batch: int | None = None, audioContext: str | None = None  # noqa: N803
    ) -> dict:
        """Files, one after the other."""
        if batch or audioContext:
            raise Unsupported("batches, audio context")
        return timed(lambda: sum(self.run(wav(clip), beams, tokens) for clip in clips))

    def run(self, samples, beams: int, tokens: int) -> int:
        """Everything for one recording. No fallback; an answer ends with the token behind `max_tokens`."""
        strategies = cpp.whisper_sampling_strategy
        search = strategies.WHISPER_SAMPLING_BEAM_SEARCH if beams > 1 else strategies.WHISPER_SAMPLING_GREEDY
        wanted = cpp.whisper_full_default_params(search)
        wanted.beam_search = {"beam_size": beams, "patience": -1.0}
        wanted.greedy = {"best_of": 1}
        wanted.n_threads = self.threads
        wanted.language = "en"
        wanted.temperature, wanted.temperature_inc = 0.0, 0.0
        wanted.no_context, wanted.no_timestamps = True, True
        wanted.max_tokens = tokens - 1
        wanted.print_progress = wanted.print_realtime = wanted.print_timestamps = wanted.print_special = False
        self.check(cpp.whisper_full(self.context, wanted, samples, len(samples)))
        segments = range(cpp.whisper_full_n_segments(self.context))
        return sum(cpp.whisper_full_n_tokens(self.context, segment) for segment in segments)

    @staticmethod
    def check(status: int) -> None:
        """0 is fine."""
        if status:
            raise RuntimeError(f"whisper.cpp: status {status}")


def command() -> None:
    """A whole process: load, transcribe, print the count."""
    model, threads, beams, tokens, *clips = sys.argv[1:]
    worker = WhisperCpp()
    worker.load(model, int(threads))
    print(worker.transcribe(clips, int(beams), int(tokens))["tokens"], flush=True)


if __name__ == "__main__":
    command() if len(sys.argv) > 1 else serve(WhisperCpp())
    sys.stdout.flush()
    os._exit(0)  # the log's callback would be called when Python is gone
