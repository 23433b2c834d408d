"""One round: a fresh data folder, kills and faults until enough, then quiet, then the checks."""

import os
import pathlib
import random
import signal
import time

import checks
import clips
from crm import FaultyCRM
from fleet import TIMEOUT_SECONDS, Fleet

# Longest silence in which a healthy product has nothing to do: a killed sender's claim (time-out + 30 s) must lapse.
QUIET_SECONDS = TIMEOUT_SECONDS + 30 + 15
# Longest time for everything to come to its end, on a machine that is busy with other things.
LONGEST_DRAIN_SECONDS = 900
# What may happen beside kills and a faulty CRM, round by round.
PROFILES = ("plain", "disk", "clock", "model", "disk+clock", "plain", "disk", "clock")
JUMPS = ("-3600", "+86400", "-172800", "+0", "-90", "+600", "-40")
# The last jump, after which all must end without help: an hour as a wrong time zone makes it, or more than any delay.
LAST_JUMPS = ("-3600", "-172800", "+172800")


class Round:
    """Runs in a thread of its own. `progress`: called with the number of kills so far."""

    def __init__(self, number, seed, kills, profile, folder, binary, shims, samples, progress):
        self.profile, self.wanted, self.samples = profile, kills, samples
        self.longest_seconds = 120 + 10 * kills
        self.random = random.Random(f"{seed}/{number}")
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.crm = FaultyCRM(self.folder / "crm.jsonl", self.random.random(), TIMEOUT_SECONDS)
        self.fleet = Fleet(self.folder, binary, self.crm.endpoint, shims)
        self.progress = progress
        self.sources, self.events, self.problems, self.endings = {}, [], [], {}
        self.ups, self.ingests, self.killed = [], [], {}
        self.jumps, self.nudges, self.started, self.is_stranded = 0, 0, 0, False
        self.has_disk, self.has_clock = "disk" in profile, "clock" in profile
        self.fleet.set_clock("+0")
        if profile == "model":
            self.fleet.settings |= {"FIELDOS_FINAL_WORKER_MOCK": "false", "FIELDOS_WHISPER_MODEL": "demo-en"}

    # ---- The storm --------------------------------------------------------------------------------------------

    def run(self):
        try:
            self.crm.faults = True
            limit = time.monotonic() + self.longest_seconds
            while self.kills < self.wanted and time.monotonic() < limit:
                self.step()
            if self.kills < self.wanted:
                self.problems.append(f"only {self.kills} of {self.wanted} kills in {self.longest_seconds} s")
            self.calm()
            self.drain()
            return self.verdict()
        finally:
            for child in self.ups + self.ingests:
                child.kill()
            self.crm.close()
            self.fleet.close()

    @property
    def kills(self):
        return sum(self.killed.values()) + sum(fault[2] == "kill" for fault in self.fleet.disk_faults())

    def step(self):
        self.ups = [child for child in self.ups if self.lives(child)]
        self.ingests = [child for child in self.ingests if self.lives(child)]
        if not self.ups or len(self.ups) < 2 and self.random.random() < 0.1:
            self.ups.append(self.fleet.up(**self.faults(3000)))
            self.started += 1
        if self.random.random() < 0.7 and len(self.ingests) < 3:
            self.ingests.append(self.take_in(self.fresh_files()))
            self.started += 1
        if self.has_clock and self.random.random() < 0.15:
            self.jump(self.random.choice(JUMPS))
        longest = self.random.choice((0.03, 0.1, 0.3, 0.6, 1.2, 2.5))
        time.sleep(self.random.uniform(0, longest))
        self.strike()
        self.progress(self.kills)

    def take_in(self, files):
        """Mostly with `fieldos ingest`; `fieldos worker --clip` takes in and transcribes in one process."""
        if self.random.random() < 0.8:
            return self.fleet.ingest(files, **self.faults(400))
        mock = [] if self.profile == "model" else ["--mock"]
        clips = [word for file in files for word in ("--clip", str(file))]
        return self.fleet.start("worker", ["worker", *mock, *clips], **self.faults(800))

    def faults(self, instants):
        """What a process is started with. `instants`: about as many as it lives through."""
        disk = {}
        if self.random.random() < 0.35:
            disk["kill"] = int(instants ** self.random.random())
        if self.has_disk and self.random.random() < 0.6:
            disk |= {"rates": self.random.choice(("6000,0,0", "0,4000,0", "2000,2000,8000")), "seed": self.draw()}
        return {"disk": disk, "clock": self.has_clock}

    def draw(self):
        return self.random.randrange(1 << 32)

    def fresh_files(self):
        files = []
        for _ in range(self.random.randint(1, 4)):
            file = self.folder / f"visit{len(self.sources):05}.wav"
            if self.profile == "model":
                sha256 = clips.spoken(file, self.random.choice(self.samples), self.draw())
            else:
                sha256 = clips.tone(file, self.draw())
            self.sources[str(file)] = sha256
            files.append(file)
        return files

    def strike(self):
        """Kills a process, several, or once in a while nobody."""
        victim = self.random.choices(("ingest", "worker", "up", "all", "none"), (30, 20, 30, 10, 10))[0]
        if victim in ("ingest", "all"):
            for child in self.ingests:
                self.kill(child)
        if victim in ("up", "all"):
            for child in self.ups:
                self.kill(child)
        if victim == "worker":
            for pid in (pid for child in self.ups for pid in child.workers()):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.killed["worker of up"] = self.killed.get("worker of up", 0) + 1
        if victim == "none" and self.ups and self.random.random() < 0.5:
            self.stop(self.ups[0])

    def kill(self, child):
        at = time.monotonic()
        if child.kill():
            self.killed[child.kind] = self.killed.get(child.kind, 0) + 1
        if child.kind == "up":
            self.events += [(at, "sender killed"), (time.monotonic(), "sender killed")]

    def stop(self, child):
        self.events.append((time.monotonic(), "sender stopped"))
        if not child.stop(30):
            self.problems.append(f"{child.kind} {child.pid}: did not end within 30 s of SIGTERM")
        self.events.append((time.monotonic(), "sender stopped"))

    def jump(self, offset):
        self.fleet.set_clock(offset)
        self.jumps += 1
        self.events.append((time.monotonic(), "clock jumped"))

    def lives(self, child):
        """Looks after a process that ended by itself: an error is no violation, a crash is."""
        if child.is_alive:
            if child.kind != "up" and time.monotonic() - child.started_at > 90:
                self.problems.append(f"{child.kind} {child.pid}: hangs")
                self.kill(child)
            return child.is_alive
        code = child.process.returncode
        if code < 0 and -code not in (signal.SIGKILL, signal.SIGTERM):
            self.problems.append(f"{child.kind} {child.pid}: crashed with {signal.Signals(-code).name}")
        if code != -signal.SIGKILL:
            name = f"{child.kind} exit {code}"
            self.endings[name] = self.endings.get(name, 0) + 1
        return False

    # ---- The quiet after it -----------------------------------------------------------------------------------

    def calm(self):
        for child in self.ups + self.ingests:
            self.kill(child)
        self.crm.faults = False
        if self.has_clock:
            self.jump(self.random.choice(LAST_JUMPS))

    def drain(self):
        """Everything healthy from now on: all must come to its end by itself."""
        self.take_in_again(lambda source: source not in self.fleet.clips)
        up = self.fleet.up(clock=self.has_clock)
        self.ups = [up]
        before, since, nudged, begin = None, time.monotonic(), False, time.monotonic()
        while True:
            time.sleep(0.5)
            left, signs = checks.unsettled(self.fleet.data)
            if left == {}:
                break
            if not up.is_alive:
                self.problems.append(f"up ended by itself with {up.process.returncode} while nothing was wrong")
                break
            if signs != before and time.monotonic() - begin < LONGEST_DRAIN_SECONDS:
                before, since = signs, time.monotonic()
            self.help_on(left or {})
            if time.monotonic() - since > QUIET_SECONDS and not nudged:
                # What a person would do. It should not be needed.
                nudged, since = True, time.monotonic()
                self.nudges += 1
                self.fleet.command("crm", "flush", clock=self.has_clock)
            elif time.monotonic() - since > QUIET_SECONDS:
                self.is_stranded = True
                self.problems.append(f"stranded for {QUIET_SECONDS} s though all is healthy: {left}")
                break
        self.await_ops_log(up)
        self.stop(up)

    def await_ops_log(self, up):
        """The log follows the rows; a killed projector's lease of 30 s must lapse first."""
        until = time.monotonic() + QUIET_SECONDS
        while up.is_alive and time.monotonic() < until and checks.is_ops_log_behind(self.fleet.data):
            time.sleep(0.5)

    def help_on(self, left):
        """What was given up needs a person: the same recording again, a flush."""
        if left.get("jobs dead"):
            if self.fleet.command("queue", "retry", "--all-dead", clock=self.has_clock) == 64:
                self.take_in_again(lambda source: True)
        if left.get("outbox failed") or left.get("outbox cached"):
            self.fleet.command("crm", "flush", clock=self.has_clock)

    def take_in_again(self, wanted):
        files = [source for source in self.sources if wanted(source)]
        if files and self.fleet.command("ingest", *files, seconds=120, clock=self.has_clock) is None:
            self.problems.append("ingest hangs though nothing is wrong")

    # ---- The verdict ------------------------------------------------------------------------------------------

    def verdict(self):
        faults = self.fleet.disk_faults()
        self.events += [(at, "sender killed" if fault == "kill" else "disk error") for at, _, fault, _ in faults]
        data, acknowledged = self.fleet.data, self.fleet.clips
        with checks.Store(data) as store:
            self.problems += [f"database: {text}" for text in store.damage()]
            clip_problems, lost_clips, changed = checks.check_clips(store, data, self.sources, acknowledged)
            note_problems, lost_notes = checks.check_notes(store, self.fleet.notes)
            delivery_problems, delivered = checks.check_deliveries(store, self.crm.entries)
            if self.is_stranded:
                delivery_problems = []  # one violation is enough
            duplicates, duplicate_problems = checks.explain_duplicates(store, self.crm.entries, self.events)
            self.problems += clip_problems + note_problems + delivery_problems + duplicate_problems
            self.problems += checks.check_ops_log(store, data, may_be_behind=self.is_stranded)
        disk = {}
        for _, _, fault, _ in faults:
            disk[fault] = disk.get(fault, 0) + 1
        at_calls = disk.pop("kill", 0)
        return {
            "profile": self.profile, "kills": self.kills,
            "killed": self.killed | ({"at a disk call": at_calls} if at_calls else {}),
            "started": self.started, "clips": len(acknowledged), "notes": len(self.fleet.notes),
            "lost_clips": lost_clips, "lost_notes": lost_notes, "changed_hashes": changed, "delivered": delivered,
            "received": sum(entry["taken"] for entry in self.crm.entries), "duplicates": duplicates,
            "crm_faults": {name: count for name, count in self.crm.counts.items() if name != "ok"},
            "disk_faults": disk, "clock_jumps": self.jumps, "endings": self.endings, "nudges": self.nudges,
            "problems": self.problems,
        }  # fmt: skip
