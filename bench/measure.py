"""Time and peak memory of one job, and medians of several. Used by every part of `make bench`."""

import os
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Result:
    """One job: seconds of each run, and the highest private memory seen in any of them (bytes)."""

    name: str
    seconds: list = field(default_factory=list)
    memory: int = 0

    @property
    def median(self):
        return statistics.median(self.seconds)


class MemorySampler(threading.Thread):
    """Samples the anonymous (private) memory of a process every 5 ms until stopped."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path = f"/proc/{pid}/status"
        self.start_value = self.read()
        self.peak = self.start_value
        self.done = threading.Event()

    def read(self):
        try:
            with open(self.path) as status:
                for line in status:
                    if line.startswith("RssAnon:"):
                        return int(line.split()[1]) * 1024
        except (FileNotFoundError, ProcessLookupError):
            pass
        return 0

    def run(self):
        while not self.done.wait(0.005):
            self.peak = max(self.peak, self.read())

    def stop(self):
        self.done.set()
        self.join()
        return max(self.peak, self.read())


def timed(job, pid=None):
    """Runs job(), returns (seconds, peak private bytes of process `pid`)."""
    sampler = MemorySampler(pid) if pid else None
    if sampler:
        sampler.start()
    begin = time.perf_counter()
    job()
    seconds = time.perf_counter() - begin
    return seconds, sampler.stop() if sampler else 0


def timed_process(arguments, stdin=None, stdout=subprocess.DEVNULL, env=None):
    """Runs a program, returns (seconds, its peak private memory). A failure is an error: no figure without a result."""
    begin = time.perf_counter()
    process = subprocess.Popen(arguments, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=env)
    sampler = MemorySampler(process.pid)
    sampler.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - begin
    memory = sampler.stop()
    if process.returncode != 0 or b"Error" in errors:
        raise RuntimeError(f"{arguments}: {errors.decode(errors='replace')[:2000]}")
    return seconds, memory


def compare(jobs, runs):
    """Runs the jobs in turns (a, b, c, a, b, c, ...), so that all meet the same machine. jobs: {name: callable that
    returns (seconds, bytes)}. One round before that warms up and is not counted."""
    results = {name: Result(name) for name in jobs}
    for round_number in range(runs + 1):
        for name, job in jobs.items():
            seconds, memory = job()
            if round_number > 0:
                results[name].seconds.append(seconds)
                results[name].memory = max(results[name].memory, memory)
    return list(results.values())


def report(title, results, base):
    """Prints a table; ratios are medians against the job named `base`."""
    reference = next(r for r in results if r.name == base).median
    print(f"\n{title}")
    print(f"  {'job':<58} {'ratio':>6} {'median s':>9} {'min-max s':>16} {'memory MB':>10}")
    for r in results:
        spread = f"{min(r.seconds):.3f}-{max(r.seconds):.3f}"
        memory = f"{r.memory / 1e6:.0f}" if r.memory else "-"
        print(f"  {r.name:<58} {r.median / reference:>6.2f} {r.median:>9.3f} {spread:>16} {memory:>10}", flush=True)


def drop_file(path):
    if os.path.exists(path):
        os.unlink(path)
