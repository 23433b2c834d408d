"""The product's processes: starting them with their faults, reading what they acknowledge, killing them."""

import os
import pathlib
import re
import signal
import subprocess
import threading
import time

SAVED = re.compile(r"^(?:saved|already here:|restored) (.+?) (?:as|is) (audio_cache/\S+)")
NOTE = re.compile(r"\bnote ([0-9a-f]{8}) (\w+)")
# How long the product waits for an answer of the CRM.
TIMEOUT_SECONDS = 2
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class Child:
    """One process of the product. `acks` grows line by line as it speaks."""

    def __init__(self, kind, arguments, environment, log, on_line):
        self.kind = kind
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            arguments, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
            errors="replace", start_new_session=True)  # fmt: skip
        self.reader = threading.Thread(target=self.read, args=(on_line, log), daemon=True)
        self.reader.start()

    def read(self, on_line, log):
        for line in self.process.stdout:
            if line.endswith("\n"):  # half a line is no acknowledgement
                on_line(self, line.rstrip("\n"))
            log.write(f"[{self.kind} {self.process.pid}] {line}")
            log.flush()

    @property
    def pid(self):
        return self.process.pid

    @property
    def is_alive(self):
        return self.process.poll() is None

    def kill(self):
        """SIGKILL. Whether it was still alive."""
        if not self.is_alive:
            return False
        self.process.kill()
        self.process.wait()
        return self.process.returncode == -signal.SIGKILL

    def stop(self, seconds):
        """Ends it in order. Whether it obeyed in time."""
        if not self.is_alive:
            return True
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
        return True

    def workers(self):
        """The pids of its worker processes."""
        try:
            threads = pathlib.Path(f"/proc/{self.pid}/task").iterdir()
            text = " ".join((thread / "children").read_text() for thread in threads)
        except OSError:
            return []
        return [int(pid) for pid in text.split()]


class Fleet:
    """Starts the product on one data folder and keeps what it acknowledged: `clips` (source file to stored path) and
    `notes` (first digits of a note's delivery to the last state that was told)."""

    def __init__(self, folder, binary, endpoint, shims):
        self.folder, self.binary, self.shims = folder, binary, shims
        self.data = folder / "data"
        self.clock_file = folder / "clock"
        self.disk_log = folder / "disk-faults.log"
        self.log = open(folder / "product.log", "a", encoding="utf-8")
        self.lock = threading.Lock()
        self.clips, self.notes = {}, {}
        self.clock_pids = set()
        self.settings = {
            "FIELDOS_DATA_DIR": str(self.data), "FIELDOS_CRM_ENDPOINT": endpoint, "FIELDOS_CRM_TIMEOUT": str(TIMEOUT_SECONDS),
            "FIELDOS_CRM_MAX_RETRIES": "5", "FIELDOS_CRM_RATE_PER_MINUTE": "6000", "FIELDOS_FINAL_WORKER_MOCK": "true",
            "FIELDOS_AUDIO_TTL_HOURS": "0", "FIELDOS_QA_MODE": "false", "FIELDOS_PORT": "0",
        }  # fmt: skip

    def environment(self, disk=None, clock=False, more=None):
        """`disk`: what Tests/Shims/disk_faults.c is told: seed, rates, kill."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith("FIELDOS_")}
        variables |= self.settings | (more or {})
        preloaded = []
        if clock:
            preloaded += [str(self.shims / "clock_timers.so"), str(FAKETIME)]
            variables |= {
                "FAKETIME_TIMESTAMP_FILE": str(self.clock_file), "FAKETIME_NO_CACHE": "1", "NO_FAKE_STAT": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
            }  # fmt: skip
        if disk:
            preloaded.append(str(self.shims / "disk_faults.so"))
            variables |= {"CHAOS_DISK_DIR": str(self.data), "CHAOS_DISK_LOG": str(self.disk_log)}
            variables |= {"CHAOS_DISK_" + name.upper(): str(value) for name, value in disk.items()}
        if preloaded:
            variables["LD_PRELOAD"] = " ".join(preloaded)
        return variables

    def set_clock(self, offset):
        """Moves the clock of every process that was started with `clock`, at once. `offset`: such as "-3600"."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(offset + "\n")
        fresh.rename(self.clock_file)

    def start(self, kind, arguments, **faults):
        # libfaketime adds a variable to the environment of the first process that it is in, and Swift, which looks for
        # its arguments beside the environment, then finds none. So `env` goes first; exec keeps the pid.
        before = ["/usr/bin/env"] if faults.get("clock") else []
        arguments = [*before, str(self.binary), *arguments]
        child = Child(kind, arguments, self.environment(**faults), self.log, self.heard)
        if faults.get("clock"):
            self.clock_pids.add(child.pid)
        return child

    def up(self, *more, **faults):
        return self.start("up", ["up", "--final-worker", "--auto-note", *more], **faults)

    def ingest(self, files, **faults):
        return self.start("ingest", ["ingest", *map(str, files)], **faults)

    def command(self, *arguments, seconds=60, **faults):
        """Runs a command to its end; its exit status, None where it hangs."""
        child = self.start(arguments[0], list(arguments), **faults)
        try:
            child.process.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            return None
        child.reader.join(10)
        return child.process.returncode

    def heard(self, child, line):
        if child.kind in ("ingest", "worker") and (saved := SAVED.match(line)):
            with self.lock:
                self.clips[saved[1]] = saved[2]
        elif child.kind == "up" and (told := NOTE.search(line)):
            with self.lock:
                self.notes[told[1]] = told[2]

    def disk_faults(self):
        """What the disk shim did: (monotonic seconds, pid, fault, call)."""
        if not self.disk_log.exists():
            return []
        lines = (line.split(" ") for line in self.disk_log.read_text().splitlines())
        return [(float(line[0]), int(line[1]), line[2], line[3]) for line in lines if len(line) >= 5]

    def close(self):
        """libfaketime leaves its shared memory behind when its process is killed."""
        for pid in self.clock_pids:
            for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
                pathlib.Path("/dev/shm", name).unlink(missing_ok=True)
        self.log.close()
