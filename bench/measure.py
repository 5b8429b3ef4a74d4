"""Time and peak memory of one job, and medians of several. Used by every part of `make bench`."""

import os
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Result:
    """One job: seconds of each run, and its highest private memory (bytes), which is looked at in the first round only."""

    name: str
    seconds: list = field(default_factory=list)
    memory: int = 0

    @property
    def median(self):
        return statistics.median(self.seconds)


class MemorySampler(threading.Thread):
    """Samples the anonymous (private) memory of a process every 5 ms until stopped. It takes time from what it looks
    at, so that no run is both sampled and timed: compare() switches it off behind its first round."""

    wanted = True

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


def sampler_of(pid):
    """A sampler that runs, or None."""
    if not pid or not MemorySampler.wanted:
        return None
    sampler = MemorySampler(pid)
    sampler.start()
    return sampler


def timed(job, pid=None):
    """Runs job(), returns (seconds, peak private bytes of process `pid`, 0 where it is not sampled)."""
    sampler = sampler_of(pid)
    begin = time.perf_counter()
    job()
    seconds = time.perf_counter() - begin
    return seconds, sampler.stop() if sampler else 0


def timed_process(arguments, stdin=None, stdout=subprocess.DEVNULL, env=None):
    """Runs a program, returns as timed() does. A failure is an error: no figure without a result."""
    begin = time.perf_counter()
    process = subprocess.Popen(arguments, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=env)
    sampler = sampler_of(process.pid)
    _, errors = process.communicate()
    seconds = time.perf_counter() - begin
    memory = sampler.stop() if sampler else 0
    if process.returncode != 0 or b"Error" in errors:
        raise RuntimeError(f"{arguments}: {errors.decode(errors='replace')[:2000]}")
    return seconds, memory


# A server's process ends some time after its client.
SECONDS_TO_END = 0.05


def compare(jobs, runs):
    """Runs the jobs in turns (a, b, c, a, b, c, ...), so that all meet the same machine. jobs: {name: callable that
    returns (seconds, bytes)}. One round before that warms up, and tells the memory; its time is not counted."""
    results = {name: Result(name) for name in jobs}
    for round_number in range(runs + 1):
        MemorySampler.wanted = round_number == 0
        for name, job in jobs.items():
            time.sleep(SECONDS_TO_END)
            seconds, memory = job()
            if round_number > 0:
                results[name].seconds.append(seconds)
            else:
                results[name].memory = memory
    MemorySampler.wanted = True
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
