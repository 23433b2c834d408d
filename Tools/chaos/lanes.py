"""Runs the parts of a run side by side, each in a process of its own: none starves the CRM of another."""

import json
import multiprocessing
import pathlib
import queue
import signal
import sys
import time
import traceback

CONTEXT = multiprocessing.get_context("fork")


class Progress:
    """One line on a terminal, nothing in a pipe."""

    def __init__(self, total):
        self.total, self.done, self.shown = total, {}, 0.0

    def show(self, kind, part, count):
        self.done.setdefault(kind, {})[part] = count
        if sys.stderr.isatty() and time.monotonic() - self.shown > 0.2:
            self.shown = time.monotonic()
            done = ", ".join(f"{sum(counts.values())} {kind}" for kind, counts in self.done.items())
            print(f"\r\033[K{done} of {self.total}", end="", file=sys.stderr)

    def clear(self):
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)


class Part:
    """`run` is called with a function that takes a count of what is done; its dictionary is the result."""

    def __init__(self, kind, name, run):
        self.kind, self.name, self.run = kind, name, run
        self.process, self.ended_at = None, None

    def start(self, messages):
        self.process = CONTEXT.Process(target=self.work, args=(messages,))
        self.process.start()

    def work(self, messages):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what it started is killed, too
        try:
            result = self.run(lambda count: messages.put((self.name, count, None)))
        except Exception as error:  # one part's trouble must not hide what the others found
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{pathlib.Path(frame.filename).name}:{frame.lineno}"
            result = {"problems": [f"the harness failed: {error!r} at {where}"]}
        messages.put((self.name, None, result))


def run(parts, lanes, progress, journal):
    """The results of all parts by name, each written to the journal as it comes; those there are when SIGTERM or
    Ctrl-C stops it, and a problem that says so."""
    messages, results, waiting, running = CONTEXT.Queue(), {}, list(parts), []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while waiting or running:
            while waiting and len(running) < lanes:
                running.append(waiting.pop(0))
                running[-1].start(messages)
            take(messages, results, running, progress, journal)
            running = [part for part in running if part.name not in results]
    except KeyboardInterrupt:
        results["stopped"] = {"problems": [f"stopped from outside, {len(waiting) + len(running)} parts did not end"]}
    finally:
        for part in running:
            part.process.terminate()
            part.process.join(30)
    return results


def take(messages, results, running, progress, journal):
    """Handles one message; a process that died without a result gets one."""
    try:
        name, count, result = messages.get(timeout=0.5)
    except queue.Empty:
        for part in running:
            if not part.process.is_alive():
                if part.ended_at is None:  # its last message may still be on its way
                    part.ended_at = time.monotonic()
                elif time.monotonic() - part.ended_at > 5:
                    results[part.name] = {"problems": [f"the harness died with {part.process.exitcode}"]}
        return
    if result is None:
        progress.show(next(part.kind for part in running if part.name == name), name, count)
        return
    results[name] = result
    with open(journal, "a", encoding="utf-8") as file:
        file.write(json.dumps({"part": name} | result) + "\n")
