"""The product as the browser tests run it: the real program, a mock CRM of its own, a folder of its own."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("FIELDOS_BINARY") or ROOT / ".build/release/fieldos")
CLIPS = ROOT / "Sources/fieldos/Resources/samples"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(question, seconds=30.0, what="what was waited for"):
    """The first true answer; an AssertionError where none comes in time."""
    until = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < until, f"{what} did not come within {seconds} s"
        time.sleep(0.05)


class MockCRM:
    """`fieldos crm mock`, with its records as it tells them."""

    def __init__(self, failures=0):
        self.process = subprocess.Popen(
            [BINARY, "crm", "mock", "--port", "0", "--failures", str(failures)], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.push = re.search(r"http://\S+", line).group(0)

    def records(self):
        with urllib.request.urlopen(self.push.replace("/push", "/records"), timeout=5) as reply:
            return json.load(reply)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


class Server:
    """`fieldos up` with a worker and the demo model, on one port for its whole life, however often it is killed."""

    def __init__(self, data, crm_endpoint, settings=None, arguments=("--final-worker", "--demo-data")):
        self.data, self.port = pathlib.Path(data), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.arguments = list(arguments)
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        self.environment = kept | {
            "FIELDOS_DATA_DIR": str(self.data), "FIELDOS_PORT": str(self.port), "FIELDOS_CRM_ENDPOINT": crm_endpoint,
            "FIELDOS_CRM_TIMEOUT": "2", "FIELDOS_CRM_RATE_PER_MINUTE": "6000", "FIELDOS_WHISPER_MODEL": "demo-en",
        } | (settings or {})
        self.process = None

    def start(self):
        self.log = open(self.data.parent / f"up-{self.port}.log", "a")
        self.process = subprocess.Popen(
            [BINARY, "up", *self.arguments], env=self.environment, stdout=self.log, stderr=self.log,
            cwd=self.data.parent)
        eventually(self.answers, 60, "the cockpit")
        return self

    def answers(self):
        assert self.process.poll() is None, f"`fieldos up` ended: {self.tail()}"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def tail(self):
        return pathlib.Path(self.log.name).read_text()[-2000:]

    def link(self):
        """The address, printed at start, that opens the cockpit for the person at this machine."""
        return eventually(lambda: self._link(), 20, "cockpit.link")

    def _link(self):
        file = self.data / "cockpit.link"
        text = file.read_text().strip() if file.exists() else ""
        return text if f":{self.port}/" in text else None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.log.close()

    def command(self, *arguments, **settings):
        """Runs a command of the product on the same data folder; its JSON where --json is among the arguments."""
        done = subprocess.run(
            [BINARY, *arguments], env=self.environment | settings, capture_output=True, text=True, timeout=60,
            cwd=self.data.parent)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if "--json" in arguments else done.stdout
