"""What it costs to evaluate alarms offline, and to run the default stack's tests. `python -m benchmarks.alarm_tests`.

CPU time of one process, in which numpy uses one core; memory is the most that process held.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import psutil
from rich.console import Console

from benchmarks.report import Report
from constructs_lib.behaviour.file import load
from constructs_lib.simulation.alarm import DataQuery, MetricAlarm, MetricIdentity
from constructs_lib.simulation.data import Data, Values
from constructs_lib.simulation.run import Run

_ROOT = Path(__file__).parent.parent
_DAY = 1440

SIZES = ((10, _DAY), (100, _DAY), (1_000, _DAY), (5_000, _DAY), (50, _DAY), (50, 3 * _DAY), (50, 14 * _DAY))
"""Alarms and minutes."""


def alarms(count: int) -> list[MetricAlarm]:
    """A sum, a share of errors with a floor, a p99 and an average in turn, over one minute and five."""
    made = []
    for number in range(count):
        first, second = (MetricIdentity("Benchmark", f"metric-{number}-{part}") for part in "ab")
        queries = (
            (DataQuery("watched", first, "Sum"),),
            (
                DataQuery("watched", expression="IF(calls >= 20, 100 * errors / calls, 0)"),
                DataQuery("calls", first, "Sum"),
                DataQuery("errors", second, "Sum"),
            ),
            (DataQuery("watched", first, "p99"),),
            (DataQuery("watched", first, "Average"),),
        )[number % 4]
        made.append(
            MetricAlarm(
                name=f"alarm-{number}",
                queries=queries,
                watched="watched",
                operator="GreaterThanThreshold",
                threshold=60.0,
                period_seconds=(60, 300)[number // 4 % 2],
                periods=3,
                breaching=2,
                missing="notBreaching",
            )
        )
    return made


def evaluated(count: int, minutes: int) -> tuple[float, int]:
    """CPU seconds to evaluate alarms over random values a minute, and how often they changed."""
    made = alarms(count)
    random = np.random.default_rng(1)
    at = np.arange(minutes, dtype=np.int64) * 60
    values = {metric: Values(at, np.round(random.gamma(2, 20, minutes))) for a in made for metric in a.metrics}
    started = time.process_time()
    run = Run(made, Data(values, length=minutes * 60))
    changes = sum(len(history.transitions) for history in run.histories.values())
    return time.process_time() - started, changes


def evaluating(_work: Path, sizes: Sequence[tuple[int, int]] = SIZES) -> Report:
    """How the cost of evaluation grows with alarms, and with time."""
    rows = []
    for count, minutes in sizes:
        code = (
            "import json, resource; from benchmarks.alarm_tests import evaluated;"
            f"found = evaluated({count}, {minutes});"
            "print(json.dumps([*found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3]))"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=True)
        seconds, changes, megabytes = json.loads(done.stdout)
        each = seconds / (count * minutes) * 1e6
        rows.append(
            [f"{count:,}", f"{minutes / _DAY:g}", f"{seconds:.2f}", f"{each:.2f}", f"{changes:,}", f"{megabytes:.0f}"]
        )
    note = "Random values a minute; sums, shares, p99 and averages. Memory includes Python, numpy and the values."
    columns = ["alarms", "days", "CPU seconds", "µs an evaluation", "changes of state", "MB at most"]
    return Report("Evaluating alarms, each minute", columns, rows, note)


def default_stack(_work: Path) -> Report:
    """The tests of the default stack, in a process that has its imports."""
    file = _ROOT / "monitoring.tests.yaml"
    load(file)
    begun = time.process_time()
    suite = load(file)
    read = time.process_time()
    report = suite.run()
    ended = time.process_time()
    rows = [
        ["reading the tests and the stack", f"{read - begun:.2f}"],
        ["running them", f"{ended - read:.2f}"],
    ]
    held = psutil.Process().memory_info().rss / 1e6
    note = f"{len(report.verdicts)} tests of {len(report.coverage.alarms)} alarms; the process held {held:.0f} MB."
    return Report("The default stack's tests", ["", "CPU seconds"], rows, note)


MEASUREMENTS: tuple[Callable[[Path], Report], ...] = (default_stack, evaluating)
"""All of them; each gets a folder to write to."""


def main() -> None:
    """Measure and print. It takes about half a minute."""
    with tempfile.TemporaryDirectory() as folder:
        for measurement in MEASUREMENTS:
            measurement(Path(folder)).show(Console())


if __name__ == "__main__":
    main()
