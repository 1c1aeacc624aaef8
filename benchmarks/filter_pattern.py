"""What filter patterns cost: parsing and trying them, and scanning a log file. `python -m benchmarks.filter_pattern`.

Scanning is measured in CPU time, so the figures are per core. Next to it stands what else one can do with such a file
in Python, a loop with the standard library's json, and jq if it is installed.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import psutil
from rich.console import Console

from benchmarks.measure import Command
from benchmarks.report import Report
from constructs_lib.filter_pattern import parse
from constructs_lib.filter_pattern.scan import scan

_ROOT = Path(__file__).parent.parent

MEGABYTES = 100
PATTERNS = 1_000
LINES = 10

PATTERN = '{ $.level = "ERROR" && $.latency_ms > 500 }'
SCANNED = (
    PATTERN,
    "{ $.latency_ms > 500 }",
    "{ $.latency_ms > 500 && $.model = * }",
    "{ $.level = %ERR% || $.tokens.out >= 850 }",
    "{ $.no_such_field = 1 }",
    "?ERROR ?WARN",
    '[..., last = "*}}"]',
)
_TRIED = (
    "?Error ?Exception{n}",
    '"request {n} failed" -timeout',
    "%Error {n}[0-9]*$%",
    '{{ $.level = "ERROR" && $.latency_ms > {n} }}',
    "{{ ($.model = ranker* || $.tokens.out > {n}) && $.error NOT EXISTS }}",
    "[ip, ..., status = 5* && status != 5{n}, bytes > {n}]",
)


def log_lines(seed: int = 1) -> list[bytes]:
    """About 4 MB of JSON log lines of a model server, one in fifty an error."""
    randomly = random.Random(seed)
    return [
        json.dumps(
            {
                "timestamp": f"2026-11-20T10:00:{randomly.randrange(60):02}.{randomly.randrange(1000):03}Z",
                "level": randomly.choices(["INFO", "WARN", "ERROR"], [90, 8, 2])[0],
                "message": "request served by the ranker",
                "request_id": f"{randomly.getrandbits(128):032x}",
                "model": randomly.choice(["ranker-v2", "ranker-v3"]),
                "latency_ms": randomly.randrange(5, 900),
                "tokens": {"in": randomly.randrange(4000), "out": randomly.randrange(900)},
                "path": "/v1/rank",
            }
        ).encode()
        + b"\n"
        for _ in range(16_000)
    ]


def write_log(path: Path, megabytes: int) -> None:
    """Such lines, again and again."""
    block = b"".join(log_lines())
    with path.open("wb") as file:
        for _ in range(-(-megabytes * 1_000_000 // len(block))):
            file.write(block)


def trying(_work: Path, patterns: int = PATTERNS, lines: int = LINES) -> Report:
    """Parsing patterns, all different, and trying each on lines."""
    texts = [_TRIED[number % len(_TRIED)].format(n=number) for number in range(patterns)]
    samples = [line.decode() for line in log_lines()[:lines]]
    parse("warm")  # builds the parser
    started = time.perf_counter()
    parsed = [parse(text) for text in texts]
    tried = time.perf_counter()
    for pattern in parsed:
        for line in samples:
            pattern.matches(line)
    explained = time.perf_counter()
    for pattern in parsed:
        for line in samples:
            pattern.explain(line)
    ended = time.perf_counter()
    steps = {
        "parsing": tried - started,
        f"trying each on {lines} lines": explained - tried,
        f"explaining each on {lines} lines": ended - explained,
    }
    rows = [[step, f"{seconds:.2f}", f"{seconds / patterns * 1e6:,.0f}"] for step, seconds in steps.items()]
    note = "Text, regex, JSON and space-delimited patterns in turn. Lines are JSON of 250 bytes."
    return Report(f"{patterns:,} filter patterns", ["", "seconds", "µs a pattern"], rows, note)


def first_pattern(_work: Path) -> Report:
    """What a process pays for its first pattern: the imports, and the parser from its grammar."""
    package = "constructs_lib.filter_pattern"
    rows = []
    for name, code in {
        "the package alone": f"import {package}",
        "with a first pattern": f"from {package} import parse; parse({PATTERN!r})",
        "with a first line": f"from {package} import parse; parse({PATTERN!r}).matches('x')",
    }.items():
        timed = f"import time, pydantic; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"
        runs = [
            float(subprocess.run([sys.executable, "-c", timed], cwd=_ROOT, capture_output=True, check=True).stdout)
            for _ in range(5)
        ]
        rows.append([name, f"{min(runs) * 1000:.0f}"])
    return Report("The first filter pattern of a process", ["", "ms"], rows, "After pydantic; the best of 5 processes.")


def scanning(work: Path, megabytes: int = MEGABYTES) -> Report:
    """A JSON-lines file against several patterns, and against other ways to ask the first."""
    path = work / "app.log"
    write_log(path, megabytes)
    size = path.stat().st_size / 1e6
    rows = [_row(f"`{text}`", path, size, _scan_with(text)) for text in SCANNED]
    rows.append(_row("a loop with json.loads, the first pattern", path, size, _json_loop))
    if jq := shutil.which("jq"):
        question = 'select(.level == "ERROR" and .latency_ms > 500)'
        command = Command([jq, "-c", question, str(path)], cwd=work, env={})
        rows.append(["jq, the first pattern (wall time)", f"{size / command.seconds():,.0f}", "", ""])
    note = (
        f"{size:,.0f} MB of JSON lines of 250 bytes; CPU time of one core. Memory is what the process grew by, "
        "read before and after."
    )
    return Report("Scanning a log file", ["pattern", "MB/s", "matches", "MB more memory"], rows, note)


def _row(name: str, path: Path, size: float, run: Callable[[BinaryIO], int]) -> list[str]:
    before = psutil.Process().memory_info().rss
    with path.open("rb") as file:
        started = time.process_time()
        matched = run(file)
        seconds = time.process_time() - started
    grown = max(0, psutil.Process().memory_info().rss - before) / 1e6
    return [name, f"{size / seconds:,.0f}", f"{matched:,}", f"{grown:.1f}"]


def _scan_with(text: str) -> Callable[[BinaryIO], int]:
    pattern = parse(text)
    return lambda file: scan(file, pattern, progress=lambda _: None).matched


def _json_loop(file: BinaryIO) -> int:
    matched = 0
    for line in file:
        event = json.loads(line)
        matched += event.get("level") == "ERROR" and event.get("latency_ms", 0) > 500
    return matched


MEASUREMENTS: tuple[Callable[[Path], Report], ...] = (trying, first_pattern, scanning)
"""All of them; each gets a folder to write to."""


def main() -> None:
    """Measure and print. It takes about half a minute."""
    with tempfile.TemporaryDirectory() as folder:
        for measurement in MEASUREMENTS:
            measurement(Path(folder)).show(Console())


if __name__ == "__main__":
    main()
