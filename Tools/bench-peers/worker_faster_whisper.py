"""faster-whisper as a worker, see worker.py.

As a command: worker_faster_whisper.py MODEL TYPE THREADS BEAMS TOKENS BATCH CLIP...
"""
import os
import sys

from worker import RATE, Unsupported, exact_budget, nothing, serve, timed

END = 50_257
WINDOW = 30


class FasterWhisper:
    """One model."""

    def load(self, model: str, computeType: str, threads: int, **_) -> dict:  # noqa: N803: the command's own name
        """Reads it."""
        os.environ["OMP_NUM_THREADS"] = str(threads)
        from faster_whisper import WhisperModel

        def work() -> None:
            self.whisper = WhisperModel(model, device="cpu", compute_type=computeType, cpu_threads=threads)

        return timed(work)

    def mel(self, clip: str) -> dict:
        """Features of a clip."""
        from faster_whisper.audio import decode_audio

        samples = decode_audio(clip)
        return timed(lambda: nothing(self.whisper.feature_extractor(samples)))

    def features(self):
        """A window of noise."""
        import ctranslate2
        import numpy as np

        bands = self.whisper.feature_extractor.mel_filters.shape[0]
        values = np.random.default_rng(1).uniform(-1, 1, (1, bands, 3_000)).astype(np.float32)
        return ctranslate2.StorageView.from_array(values)

    def encode(self, cross: bool = False) -> dict:
        """A window through the encoder."""
        if cross:
            raise Unsupported("keys and values belong to CTranslate2's first step")
        features = self.features()
        return timed(lambda: nothing(self.whisper.model.encode(features, to_cpu=True)))

    def tokens(self, beams: int, tokens: int) -> dict:
        """A window that is encoded, decoded. The keys and values of the sound are made in each call."""
        if not hasattr(self, "encoded"):
            self.encoded = self.whisper.model.encode(self.features(), to_cpu=True)
        prompt = [END + 1, END + 2, *self.task()]

        def work() -> int:
            results = self.whisper.model.generate(
                self.encoded, [prompt], beam_size=beams, patience=1, max_length=2 * tokens, suppress_blank=True,
                suppress_tokens=[-1, END], return_scores=True, return_no_speech_prob=True,
            )  # fmt: skip
            return len(results[0].sequences_ids[0])

        return timed(work)

    def task(self) -> list[int]:
        """Transcribe, no timestamps."""
        tokenizer = self.whisper.hf_tokenizer
        return [tokenizer.token_to_id("<|transcribe|>"), tokenizer.token_to_id("<|notimestamps|>")]

    def transcribe(
        self, clips: list[str], beams: int, tokens: int, batch: int | None = None, audioContext: str | None = None  # noqa: N803
    ) -> dict:
        """Files, one after the other; with `batch` all of their windows together."""
        if audioContext:
            raise Unsupported("audio context")
        options = {
            "language": "en", "beam_size": beams, "temperature": 0, "condition_on_previous_text": False,
            "without_timestamps": True, "suppress_tokens": [-1, END], "max_new_tokens": exact_budget(tokens),
            "compression_ratio_threshold": None, "log_prob_threshold": None, "no_speech_threshold": None,
        }  # fmt: skip
        return timed(lambda: self.batched(clips, batch, options) if batch else self.sequential(clips, options))

    def sequential(self, clips: list[str], options: dict) -> int:
        """Tokens of all clips."""
        return sum(count(self.whisper.transcribe(clip, **options)[0]) for clip in clips)

    def batched(self, clips: list[str], batch: int, options: dict) -> int:
        """The pipeline takes one recording: clips are joined and their borders given, a window each as they would be alone."""
        import numpy as np
        from faster_whisper import BatchedInferencePipeline
        from faster_whisper.audio import decode_audio

        recordings = [decode_audio(clip) for clip in clips]
        borders, start = [], 0
        for recording in recordings:
            for first in range(0, len(recording), WINDOW * RATE):
                last = min(first + WINDOW * RATE, len(recording))
                borders.append({"start": (start + first) / RATE, "end": (start + last) / RATE})
            start += len(recording)
        del options["condition_on_previous_text"]
        pipeline = BatchedInferencePipeline(self.whisper)
        segments, _ = pipeline.transcribe(
            np.concatenate(recordings), batch_size=batch, clip_timestamps=borders, vad_filter=False, **options
        )
        return count(segments)


def count(segments) -> int:
    """Tokens of segments."""
    return sum(len(segment.tokens) for segment in segments)


def command() -> None:
    """A whole process: load, transcribe, print the count."""
    model, kind, threads, beams, tokens, batch, *clips = sys.argv[1:]
    worker = FasterWhisper()
    worker.load(model, kind, int(threads))
    print(worker.transcribe(clips, int(beams), int(tokens), int(batch) or None)["tokens"])


if __name__ == "__main__":
    command() if len(sys.argv) > 1 else serve(FasterWhisper())
