"""`make bench-peers`: a synth of N band alarms here and elsewhere, in one run, as a table and a plot in RESULTS.md.

The peers on CDKTF in JavaScript take its packages from jsii's cache, where an earlier synth has put them. A peer whose
tool is not installed is left out, and named.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from benchmarks.__main__ import RESULTS, busy
from benchmarks.measure import Command
from benchmarks.report import Report
from benchmarks.synth import HEAD, MONITOR, ROOT, environment, synth
from constructs_lib.bindings import finder
from constructs_lib.bindings.base import SWITCH

HERE = Path(__file__).parent
SIZES = (1, 100, 1_000, 5_000)
ROUNDS = {1: 5, 100: 5, 1_000: 3, 5_000: 2}
SLOW_SECONDS = 10
"""What takes longer is measured once."""
JAVASCRIPT = "CDKTF, compiled JavaScript"
TITLE = "Against peers"


def packages_of_cdktf(work: Path) -> Path:
    """A folder whose node_modules holds CDKTF and its AWS bindings, of jsii's cache."""
    cache = Path.home() / ".cache/aws/jsii/package-cache"
    modules = work / "node_modules"
    (modules / "@cdktf").mkdir(parents=True)
    for name, package in {"cdktf": "cdktf", "constructs": "constructs", "@cdktf/provider-aws": None}.items():
        release = version(package or "cdktf-cdktf-provider-aws")
        shutil.copytree(next((cache / name / release).iterdir()), modules / name, copy_function=_link)
    if (ROOT / "node_modules/@types").exists():
        (modules / "@types").symlink_to(ROOT / "node_modules/@types")
    for program in (*HERE.glob("app.*"), HERE / "tsconfig.json"):
        shutil.copy(program, work)
    return work


def _link(source: str, target: str) -> None:
    """A second name for a file: Node looks for packages next to its real place, so a symbolic link will not do."""
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy(source, target)


def commands(work: Path, size: int) -> Iterator[tuple[str, Command]]:
    """One for each peer that is installed, each with a folder of its own to write to."""
    config = work / f"{size}.yaml"
    config.write_text(HEAD + "".join(MONITOR.format(number=number) for number in range(size)))
    for name, base in {"ours": "cdktf", "ours on cdktn": "cdktn"}.items():
        if importlib.util.find_spec(base):
            yield name, synth(config, work / f"{name}-{size}", **{SWITCH: base})
    python: dict[str, Sequence[str]] = {
        "CDKTF, Python, stock": ["stock.py", "cdktf"],
        "cdktn, Python, stock": ["stock.py", "cdktn"],
        "AWS CDK, Python": ["aws_cdk_app.py"],
        "troposphere": ["troposphere_app.py"],
    }
    node = shutil.which("node") or "node"
    bundled = finder.bundled_node()
    node_of_python = {"JSII_NODE": str(bundled)} if bundled else {}  # every peer in Python has the Node that ours has
    programs: dict[str, Sequence[str]] = {JAVASCRIPT: [node, str(work / "app.cjs")]}
    if (ts_node := ROOT / "node_modules/ts-node/dist/bin.js").exists():
        programs["CDKTF, TypeScript by ts-node"] = [node, str(ts_node), "app.ts"]
    for name, (program, *rest) in python.items():
        if importlib.util.find_spec({"stock.py": (rest or [""])[0]}.get(program, program.removesuffix("_app.py"))):
            programs[name] = [sys.executable, str(HERE / program), *rest]
    for name, argv in programs.items():
        out = work / f"{name}-{size}"
        out.mkdir()
        yield name, Command([*argv, str(size), str(out)], cwd=work, env={**environment(), **node_of_python})


def measure(work: Path, sizes: Sequence[int] = SIZES) -> tuple[dict[str, dict[int, float]], dict[str, float]]:
    """The best time of each peer by size, and its peak memory at the largest; the runs take turns."""
    seconds: dict[str, dict[int, float]] = {}
    megabytes: dict[str, float] = {}
    for size in sizes:
        named = dict(commands(work, size))
        first = {name: command.seconds() for name, command in named.items()}  # fills the caches of Python and jsii
        for number in range(ROUNDS.get(size, 3)):
            for name, command in named.items():
                if number == 0 or first[name] < SLOW_SECONDS:
                    taken = seconds.setdefault(name, {})
                    taken[size] = min(taken.get(size, float("inf")), command.seconds())
        if size == max(sizes):
            megabytes |= {name: command.peak_megabytes() for name, command in named.items()}
    return seconds, megabytes


def report(seconds: dict[str, dict[int, float]], megabytes: dict[str, float]) -> Report:
    """A row for each peer: seconds at each size, how many times the JavaScript, megabytes at the largest."""
    sizes = sorted(seconds["ours"])
    rows = []
    for name, taken in seconds.items():
        times = [taken[size] / seconds[JAVASCRIPT][size] for size in sizes]
        cells = [f"{taken[size]:.2f} ({ratio:.1f} ×)" for size, ratio in zip(sizes, times, strict=True)]
        rows.append([name, *cells, f"{megabytes[name]:.0f}"])
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    missing = [tool for tool in ("aws_cdk", "troposphere", "cdktn") if not importlib.util.find_spec(tool)]
    rounds = f"{min(ROUNDS.values())} to {max(ROUNDS.values())}"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    note = (
        f"Seconds for a whole cold process, the best of {rounds} runs in turns, and how many times the JavaScript. Its "
        f"Node is {node.removeprefix('v')}, that of PATH; Python has the Node of its wheel. Peers write a topic and "
        "the alarms; ours also checks options and rules, and writes the register and its page. AWS CDK and troposphere "
        f"write CloudFormation, a stack for each 400 alarms. {machine}; {busy()}."
        + (f" Not installed: {', '.join(missing)}." if missing else "")
    )
    columns = ["band alarms", *(f"{size:,}" for size in sizes), f"peak MB at {sizes[-1]:,}"]
    return Report(TITLE, columns, rows, note)


def plot(seconds: dict[str, dict[int, float]]) -> str:
    """Bars of text, for the largest size that all have: as wide as the time is long."""
    size = max(seconds["ours"])
    longest = max(taken[size] for taken in seconds.values())
    width = max(map(len, seconds))
    bars = (
        f"{name:<{width}} {'█' * max(1, round(taken[size] / longest * 50))} {taken[size]:.2f} s"
        for name, taken in sorted(seconds.items(), key=lambda item: item[1][size])
    )
    return "\n".join(["```text", f"{size:,} alarms", *bars, "```", ""])


def keep(section: str) -> None:
    """Put the section in place of the one in RESULTS.md, or at its end."""
    before, _, after = RESULTS.read_text(encoding="utf-8").partition(f"## {TITLE}\n")
    rest = after[after.find("\n## ") + 1 :] if "\n## " in after else ""
    RESULTS.write_text(f"{before.rstrip()}\n\n{section}\n{rest}".rstrip() + "\n", encoding="utf-8")


def main() -> None:
    """Measure, print, and write. It takes about ten minutes."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    with tempfile.TemporaryDirectory() as folder:
        seconds, megabytes = measure(packages_of_cdktf(Path(folder)), sizes)
    found = report(seconds, megabytes)
    found.show(Console())
    keep(f"{found.markdown()}\n{plot(seconds)}")


if __name__ == "__main__":
    main()
