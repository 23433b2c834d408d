"""The transcription server as these tests run it: the real program with the demo model, in a folder of its own."""

import os
import pathlib
import re
import signal
import subprocess
import sys

import openai

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Browser"))
from product import BINARY, CLIPS, eventually  # noqa: E402

CLIP = CLIPS / "note006.wav"
SENTENCE = "Just left Valley Church and spoke with Terrence."


class Serving:
    """`fieldos serve` on a port that the system chose."""

    def __init__(self, data, settings=None):
        self.data = pathlib.Path(data)
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        self.environment = kept | {"FIELDOS_DATA_DIR": str(self.data), "FIELDOS_WHISPER_MODEL": "demo-en"} | (
            settings or {})
        self.log = self.data.parent / f"{self.data.name}.log"
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--port", "0"], env=self.environment, stdout=log, stderr=log, cwd=self.data.parent)
        self.url = eventually(self._address, 60, "the server's address")
        eventually(lambda: "engine: ready" in self.said(), 60, "the engine")

    def said(self):
        return self.log.read_text()

    def _address(self):
        assert self.process.poll() is None, self.said()
        found = re.search(r"serving (https?://\S+)", self.said())
        return found and found.group(1)

    @property
    def port(self):
        return int(re.search(r":(\d+)/", self.url).group(1))

    def client(self, kind=openai.OpenAI, **options):
        return kind(**({"base_url": self.url, "api_key": "none", "max_retries": 0, "timeout": 60} | options))

    def engine_pid(self):
        return int(re.findall(r"engine: process (\d+) started", self.said())[-1])

    def kill_engine(self):
        os.kill(self.engine_pid(), signal.SIGKILL)

    def spooled(self):
        return [file for file in (self.data / "api_spool").rglob("*") if file.is_file()]

    def memory(self):
        """Resident bytes of the server's own process."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024

    def command(self, *arguments):
        return subprocess.run(
            [BINARY, *map(str, arguments)], env=self.environment, capture_output=True, text=True, timeout=60,
            cwd=self.data.parent)

    def printed(self, *arguments):
        """What `fieldos transcribe` prints."""
        done = self.command("transcribe", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=20) == 0, self.said()
