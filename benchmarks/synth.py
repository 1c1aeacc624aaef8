"""What a synth costs: against the stock import path, by number of alarms, and by phase."""

from __future__ import annotations

import filecmp
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import phases
from benchmarks.measure import Command, median_seconds_in_turns
from benchmarks.report import Report

ROOT = Path(__file__).parent.parent
STOCK_SWITCH = "CONSTRUCTS_LIB_STOCK_IMPORT"
SIZES = (10, 100, 1_000, 5_000)
ROUNDS = 3

HEAD = """\
project: recommender
stacks:
  production:
    account: "123456789012"
    region: us-east-1
    backend: {local: {}}
    runbook: https://runbooks.example.com/{alarm}
    notifications:
      critical: [{email: ml-oncall@example.com}]
    monitors:
"""
MONITOR = """\
      model-{number:04}:
        pattern: anomaly
        metric:
          namespace: AWS/Lambda
          name: Invocations
          dimensions: {{FunctionName: model-{number:04}}}
          statistic: Sum
          period_seconds: 300
        band_width: 2
        direction: outside
        evaluate: {{breaching: 2, of: 3}}
        severity: critical
"""


def against_stock(work: Path) -> Report:
    """`python main.py` on two configurations, ours and on the stock import path."""
    rows = []
    for name, config in small_configs(work).items():
        folder = work / config.stem
        folder.mkdir()
        commands = {
            "stock": synth(config, folder / "stock", **{STOCK_SWITCH: "1"}),
            "ours": synth(config, folder / "ours"),
        }
        for command in commands.values():
            command.seconds()  # fills jsii's package cache and Python's byte code cache
        differing = [*differences(folder / "stock", folder / "ours")]
        if differing:
            raise SystemExit(f"the two paths write different files: {', '.join(differing)}")
        seconds = median_seconds_in_turns(commands, ROUNDS)
        megabytes = {path: command.peak_megabytes() for path, command in commands.items()}
        rows.append(
            [
                name,
                *(f"{seconds[path]:.2f}" for path in commands),
                f"**{seconds['stock'] / seconds['ours']:.1f} ×**",
                *(f"{megabytes[path]:.0f}" for path in commands),
                f"{megabytes['stock'] / megabytes['ours']:.1f} ×",
            ]
        )
    return Report(
        "Against the stock import path",
        ["`python main.py`", "stock, s", "ours, s", "ratio", "stock, MB", "ours, MB", "ratio"],
        rows,
        "The same app and Node, cold processes; jsii's package cache and Python's byte code are there for both. The "
        f"median of {ROUNDS} runs in turns. Memory is the peak of Python and Node together. Both wrote the same bytes. "
        f"Stock is `{STOCK_SWITCH}=1`.",
    )


def checking(work: Path) -> Report:
    """`ai-monitoring check`, which starts no CDKTF."""
    commands = {
        name: Command([sys.executable, "-m", "constructs_lib", "check", str(config)], cwd=ROOT, env=environment())
        for name, config in small_configs(work).items()
    }
    for command in commands.values():
        command.seconds()
    seconds = median_seconds_in_turns(commands, ROUNDS)
    return Report(
        "Checking a file",
        ["`ai-monitoring check`", "seconds", "peak MB"],
        [[name, f"{seconds[name]:.2f}", f"{command.peak_megabytes():.0f}"] for name, command in commands.items()],
        f"The whole process, byte code cached; the median of {ROUNDS} runs in turns.",
    )


def small_configs(work: Path) -> Mapping[str, Path]:
    """A configuration of one monitor, and the repository's own of every pattern."""
    one = work / "one.yaml"
    one.write_text(HEAD + MONITOR.format(number=1))
    return {"one anomaly monitor": one, "the default monitoring.yaml, every pattern": ROOT / "monitoring.yaml"}


def growth(work: Path) -> Report:
    """`python main.py` on configurations of 10 to 5,000 anomaly alarms."""
    commands = {}
    for size in SIZES:
        config = work / f"{size}.yaml"
        config.write_text(HEAD + "".join(MONITOR.format(number=number) for number in range(size)))
        commands[size] = synth(config, work / str(size))
    names = {size: f"{size:,}" for size in SIZES}
    seconds = median_seconds_in_turns({names[size]: command for size, command in commands.items()}, ROUNDS)
    slopes = [
        (seconds[names[more]] - seconds[names[fewer]]) / (more - fewer) * 1000
        for fewer, more in itertools.pairwise(SIZES)
    ]
    return Report(
        "By number of anomaly alarms",
        ["alarms", "seconds", "ms for each further alarm", "peak MB"],
        [
            [names[size], f"{seconds[names[size]]:.2f}", slope, f"{commands[size].peak_megabytes():.0f}"]
            for size, slope in zip(SIZES, ["", *(f"{slope:.2f}" for slope in slopes)], strict=True)
        ],
        f"Band alarms with two metric queries each, from YAML to Terraform JSON; the median of {ROUNDS} runs in turns.",
    )


def many_stacks(work: Path) -> Report:
    """40 stacks of 50 alarms: checked, written by one process and by as many as pay, and written once more."""
    config = work / "40x50.yaml"
    stack = HEAD.partition("  production:\n")[2]
    monitors = "".join(MONITOR.format(number=number) for number in range(50))
    stacks = (f"  stack-{number:02}:\n{stack}{monitors}" for number in range(40))
    config.write_text(f"project: recommender\nstacks:\n{''.join(stacks)}")
    alone = "from constructs_lib import cli, parallel; parallel.MOST_PROCESSES = 1; cli.run()"
    usual = synth(config, work / "usual")
    commands = {
        "check": Command([sys.executable, "-m", "constructs_lib", "check", str(config)], cwd=ROOT, env=environment()),
        "synth, one process": Command(
            [sys.executable, "-c", alone, "synth", str(config), "--output", str(work / "alone")],
            cwd=ROOT,
            env=usual.env,
        ),
        "synth": usual,
    }
    for command in commands.values():
        command.seconds()
    if differing := [*differences(work / "usual" / "cdktf.out", work / "alone")]:
        raise SystemExit(f"several processes write different files: {', '.join(differing)}")
    seconds = median_seconds_in_turns(commands, ROUNDS)
    return Report(
        "40 stacks of 50 alarms",
        ["`ai-monitoring`", "seconds", "peak MB"],
        [[name, f"{seconds[name]:.2f}", f"{command.peak_megabytes():.0f}"] for name, command in commands.items()],
        f"The median of {ROUNDS} runs in turns, into a folder that is up to date. Both ways wrote the same bytes.",
    )


def breakdown(work: Path) -> Report:
    """Where the time goes, in a small and in a large synth."""
    configs = {"default": ROOT / "monitoring.yaml"} | {f"{size:,} alarms": work / f"{size}.yaml" for size in SIZES[-2:]}
    taken = {name: phase_milliseconds(config, work / "phases") for name, config in configs.items()}
    names = [phases.SPEC, phases.CORE, phases.BINDINGS, phases.BUILD, phases.SYNTH, phases.REPORT]
    return Report(
        "Where the time goes",
        ["ms", *configs],
        [[name, *(f"{taken[config][name]:.0f}" for config in configs)] for name in names],
        "One run each, one phase after the other, without Python's own start and exit. The second and third phase are "
        "what is left of the stock import. Most of the building is jsii's: for each alarm three messages to Node and "
        "back, their arguments checked and turned into JSON on the way, and for each type of resource its Python and "
        "its JavaScript module loaded.",
    )


def phase_milliseconds(config: Path, outdir: Path) -> dict[str, float]:
    """The phases of one synth, from benchmarks/phases.py."""
    argv = [sys.executable, "-m", "benchmarks.phases", str(config), str(outdir)]
    done = subprocess.run(argv, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True)
    taken: dict[str, float] = json.loads(done.stdout)
    return taken


def synth(config: Path, outdir: Path, **variables: str) -> Command:
    """main.py on a configuration, in a folder of its own."""
    outdir.mkdir()
    return Command(
        [sys.executable, str(ROOT / "main.py"), str(config), "--output", str(outdir / "cdktf.out")],
        cwd=outdir,
        env={**environment(), **variables},
    )


def environment() -> Mapping[str, str]:
    """This process's environment, without what would favour one side or print into the tables; byte code is kept."""
    left_out = {STOCK_SWITCH, "NODE_OPTIONS", "PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "NODE_NO_WARNINGS": "1"}


def differences(one: Path, other: Path) -> Iterator[str]:
    """The files that two folders do not both have with the same bytes."""
    paths = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()}
    _, differing, missing = filecmp.cmpfiles(one, other, sorted(map(str, paths)), shallow=False)
    yield from (*differing, *missing)
