"""Time and memory of a whole process tree: for CDKTF that is Python, and the two Node processes of jsii."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLING_SECONDS = 0.01


@dataclass(frozen=True)
class Command:
    """A command line, with the folder and the environment it runs in."""

    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]

    def seconds(self) -> float:
        """Wall time from start to exit, unobserved."""
        started = time.perf_counter()
        subprocess.run(self.argv, cwd=self.cwd, env=self.env, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started

    def peak_megabytes(self) -> float:
        """The most memory the processes held together at one moment, looked at every 10 ms.

        It is the proportional set size (USS where the system does not tell): memory that processes share counts once.
        Watching costs the watched some time, so this is a run of its own.
        """
        peak = 0
        with psutil.Popen(self.argv, cwd=self.cwd, env=self.env, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None:
                peak = max(peak, _held(process))
                time.sleep(SAMPLING_SECONDS)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, self.argv)
        return peak / 1e6


def median_seconds_in_turns(commands: Mapping[str, Command], rounds: int) -> dict[str, float]:
    """The median time of each command, run A B A B…, so that a busy minute of the machine falls on all of them."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(command.seconds())
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _held(process: psutil.Popen) -> int:
    held = 0
    try:
        for member in (process, *process.children(recursive=True)):
            memory = member.memory_full_info()
            held += getattr(memory, "pss", memory.uss)
    except psutil.NoSuchProcess:
        pass  # ended while we looked; the peak was before
    return held
