"""The engines: what each is started with, in a warm process that is asked and as a whole command.

A child's peak memory, as the system counts it, is at least what its parent had when it was started. So this process imports
nothing large, and the report says what its own peak is.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS, FASTER_WHISPER, WHISPER_CPP = "FieldOS", "faster-whisper", "whisper.cpp"
END_OF_TEXT = 50_257
CPU = Path("/proc/cpuinfo").read_text()
FLAGS = {word for line in CPU.splitlines() if line.startswith(("flags", "Features")) for word in line.split()}
IS_AMD = "AuthenticAMD" in CPU
HAS_AVX512 = {"avx512f", "avx512bw", "avx512vl", "avx512dq"} <= FLAGS
HAS_MORE_THAN_AVX2 = HAS_AVX512 or "avx_vnni" in FLAGS
# CTranslate2's own kernels and those of the libraries that it calls.
ISA = {
    "": {},
    "AVX512": {"CT2_FORCE_CPU_ISA": "AVX512"},
    "MKL": {"CT2_USE_MKL": "1"},
    "AVX2": {"CT2_FORCE_CPU_ISA": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
}


@dataclass(frozen=True)
class Setting:
    """How an engine is started."""

    engine: str
    kind: str  # int8, float32, q8_0, f16
    threads: int
    isa: str = ""

    @property
    def label(self) -> str:
        """For the table."""
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return ", ".join(part for part in (f"{self.engine} {self.kind}", threads, self.isa) if part)


def candidates(engine: str, compute: str, threads: int, isa: str, quick: bool, whole: bool = False) -> list[Setting]:
    """What a peer may do best with; `isa` AVX2 forces that on both sides, `whole` is for commands."""
    counts = [threads] if quick or threads == 1 else [threads, 1]
    if engine == OURS:
        return [Setting(OURS, compute, threads, isa)]
    if engine == FASTER_WHISPER:
        sets = [isa]
        if not isa and (whole or not quick):
            sets += ["AVX512"] if HAS_AVX512 else []
            # CTranslate2 leaves it alone on AMD's; its 8 bits are several times slower there.
            sets += ["MKL"] if IS_AMD and compute == "float32" and not whole else []
        return [Setting(engine, compute, count, name) for count in counts for name in sets]
    kinds = [] if isa or compute != "int8" else ["q8_0"] if quick else ["q8_0", "f16"]
    return [Setting(engine, kind, count) for kind in kinds for count in counts]


@dataclass(frozen=True)
class Places:
    """Where everything is."""

    python: str
    engine_bench: str | None
    fieldos: str | None
    model: Path

    def weights(self, setting: Setting) -> str:
        """The model in the form that an engine takes."""
        name = f"ggml-{setting.kind}.bin" if setting.engine == WHISPER_CPP else f"ct2-{setting.kind}"
        return str(self.model / name)

    def worker(self, setting: Setting) -> list[str]:
        """The command that answers requests."""
        if setting.engine == OURS:
            return [str(self.engine_bench)]
        name = "worker_faster_whisper.py" if setting.engine == FASTER_WHISPER else "worker_whisper_cpp.py"
        return [self.python, "-B", str(HERE / name)]

    def whole(
        self, setting: Setting, clips: list[str], beams: int, tokens: int, batch: int, model: str | None = None
    ) -> list[str]:
        """The command that transcribes some clips and ends."""
        model = model or self.weights(setting)
        numbers = [str(beams), str(tokens)]
        if setting.engine == WHISPER_CPP:
            return [*self.worker(setting), model, str(setting.threads), *numbers, *clips]
        if setting.engine == FASTER_WHISPER:
            return [*self.worker(setting), model, setting.kind, str(setting.threads), *numbers, str(batch), *clips]
        options = {
            "model": model, "compute-type": setting.kind, "threads": setting.threads, "language": "en", "beam-size": beams,
            "temperature": 0, "compression-ratio-threshold": "none", "log-prob-threshold": "none",
            "no-speech-threshold": "none", "suppress-tokens": f"-1,{END_OF_TEXT}", "max-new-tokens": 2 * tokens - 4,
            "format": "json",
        }  # fmt: skip
        switches = ["--no-condition-on-previous-text", "--without-timestamps"]
        return [str(self.fieldos), "transcribe", *clips, *(f"--{name}={value}" for name, value in options.items()), *switches]


def environment(setting: Setting) -> dict[str, str]:
    """What a process of this setting sees."""
    return {**os.environ, "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": str(setting.threads), **ISA[setting.isa]}


class Failed(Exception):
    """An engine didn't do what it was asked."""


class Worker:
    """A warm process with its model loaded."""

    def __init__(self, places: Places, setting: Setting):
        self.setting = setting
        self.process = subprocess.Popen(
            places.worker(setting), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment(setting),
        )  # fmt: skip
        kernel = {"kernel": "avx2"} if setting.engine == OURS and setting.isa == "AVX2" else {}
        model = places.weights(setting)
        self.ask({"op": "load", "model": model, "computeType": setting.kind, "threads": setting.threads, **kernel})

    def ask(self, request: dict) -> dict:
        """A command's answer."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{self.setting.label}: the process ended at {request}")
        answer = json.loads(line)
        if answer.get("error"):
            raise Failed(f"{self.setting.label}: {answer['error']}")
        return answer

    def close(self) -> None:
        """Ends the process."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def whole_process(command: list[str], setting: Setting) -> dict:
    """Milliseconds from start to end of a process, its peak memory in MB (mapped pages included), its tokens."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment(setting))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (output, errors):
            file.seek(0)
        if process.returncode:
            raise Failed(f"{setting.label}: exit {process.returncode}: {errors.read().decode(errors='replace')[-300:]}")
        tokens = count(output.read().decode(), setting)
    return {"ms": seconds * 1e3, "tokens": tokens, "mb": usage.ru_maxrss / 1024}


def count(text: str, setting: Setting) -> int:
    """Tokens that a whole process says it made: FieldOS in its documents, the peers as a number in their last line."""
    if setting.engine != OURS:
        return int(text.split()[-1])
    decoder, at, total = json.JSONDecoder(), 0, 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        document, at = decoder.raw_decode(text, at)
        total += sum(len(segment["tokens"]) for segment in document["segments"])
    return total


def own_peak() -> float:
    """This process's peak memory in MB: below it nothing can be measured."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def python() -> str:
    """This interpreter."""
    return sys.executable
