"""The benchmarks measure what they say; no figure is tested."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks import alarm_tests, filter_pattern, phases
from benchmarks.measure import Command, median_seconds_in_turns
from benchmarks.peers import __main__ as peers
from benchmarks.plans import write_plan
from benchmarks.report import Report
from benchmarks.synth import HEAD, MONITOR, STOCK_SWITCH, differences, environment, phase_milliseconds, small_configs
from constructs_lib.config.loader import load, loads
from constructs_lib.review.review import review
from constructs_lib.rules import findings
from constructs_lib.terraform.reading import ReadPlan, read

TABLE = Report("By size", ["alarms", "seconds"], [["10", "0.50"], ["**all**", "1.00"]], "In turns.")


def python(code: str, folder: Path) -> Command:
    return Command([sys.executable, "-c", code], cwd=folder, env=os.environ)


def test_memory_of_a_child_process_counts(tmp_path: Path) -> None:
    held = "held = bytearray(b'x' * 60_000_000); import time; time.sleep(0.3)"
    parent = python(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])", tmp_path)
    alone = python("import time; time.sleep(0.3)", tmp_path)
    assert parent.peak_megabytes() - alone.peak_megabytes() > 55


def test_commands_run_in_turns(tmp_path: Path) -> None:
    commands = {name: python(f"open('order', 'a').write({name!r})", tmp_path) for name in ("A", "B")}
    taken = median_seconds_in_turns(commands, rounds=2)
    assert (tmp_path / "order").read_text() == "ABAB"
    assert taken.keys() == {"A", "B"}


def test_different_and_missing_files_are_named(tmp_path: Path) -> None:
    for folder, files in {
        "ours": {"same": "1", "changed": "1"},
        "stock": {"same": "1", "changed": "2", "new": "3"},
    }.items():
        (tmp_path / folder).mkdir()
        for name, text in files.items():
            (tmp_path / folder / name).write_text(text)
    assert sorted(differences(tmp_path / "stock", tmp_path / "ours")) == ["changed", "new"]


def test_generated_configuration_has_that_many_alarms() -> None:
    config = loads(HEAD + "".join(MONITOR.format(number=number) for number in range(12)))
    assert len(config.stacks["production"].monitors) == 12


def test_both_sides_keep_byte_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv(STOCK_SWITCH, "1")
    assert not {"PYTHONDONTWRITEBYTECODE", STOCK_SWITCH} & environment().keys()


def test_small_configurations_are_one_monitor_and_every_pattern(tmp_path: Path) -> None:
    configs = [load(file) for file in small_configs(tmp_path).values()]
    assert [len(config.stacks["production"].monitors) > 1 for config in configs] == [False, True]


def test_phases_of_a_synth(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD + MONITOR.format(number=1))
    taken = phase_milliseconds(tmp_path / "one.yaml", tmp_path / "cdktf.out")
    assert list(taken) == [phases.SPEC, phases.CORE, phases.BINDINGS, phases.BUILD, phases.SYNTH, phases.REPORT]
    written = {path.name for path in (tmp_path / "cdktf.out" / "stacks" / "production").iterdir()}
    assert {"cdk.tf.json", "register.html"} <= written


def test_the_generated_plan_is_one_that_can_be_reviewed(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    write_plan(file, alarms=200, loosened=3)
    plan = read(file)
    assert isinstance(plan, ReadPlan)
    found = review(plan)
    assert (found.alarms_after, found.count("weakened"), found.rest["unchanged"]) == (200, 3, 197 + 2 * 3 + 20)
    assert findings(plan.after) == [], "a plan that is right: the rules have to look everywhere"


def test_table_in_markdown() -> None:
    assert TABLE.markdown() == (
        "## By size\n\n| alarms | seconds |\n| --- | ---: |\n| 10 | 0.50 |\n| **all** | 1.00 |\n\nIn turns.\n"
    )


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    row = Report("", ["pattern"], [["`$.a = 1 || $.b = 1`"]], "").markdown().splitlines()[4]
    assert row == r"| `$.a = 1 \|\| $.b = 1` |"


def test_filter_patterns_are_tried_and_scanned(tmp_path: Path) -> None:
    tried = filter_pattern.trying(tmp_path, patterns=12, lines=3)
    assert [row[0] for row in tried.rows] == ["parsing", "trying each on 3 lines", "explaining each on 3 lines"]
    scanned = filter_pattern.scanning(tmp_path, megabytes=1)
    assert [row[0].strip("`") for row in scanned.rows[: len(filter_pattern.SCANNED)]] == list(filter_pattern.SCANNED)
    matches = {row[0]: row[2] for row in scanned.rows}
    assert matches[f"`{filter_pattern.PATTERN}`"] == matches["a loop with json.loads, the first pattern"] != "0"


def test_alarms_are_evaluated_and_the_default_tests_run(tmp_path: Path) -> None:
    evaluated = alarm_tests.evaluating(tmp_path, sizes=((4, 120),))
    assert [row[:2] for row in evaluated.rows] == [["4", "0.0833333"]]
    assert int(evaluated.rows[0][4]) > 0
    assert len(alarm_tests.default_stack(tmp_path).rows) == 2


def test_peers_are_compared_with_the_javascript_of_the_same_run() -> None:
    seconds = {"ours": {1: 0.6, 100: 0.9}, peers.JAVASCRIPT: {1: 0.2, 100: 0.3}, "slow": {1: 2.0, 100: 3.0}}
    found = peers.report(seconds, {"ours": 120.4, peers.JAVASCRIPT: 90, "slow": 400})
    assert found.rows[0] == ["ours", "0.60 (3.0 ×)", "0.90 (3.0 ×)", "120"]
    assert peers.plot(seconds).splitlines()[2].startswith(peers.JAVASCRIPT), "the fastest comes first"


def test_a_new_comparison_takes_the_place_of_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = tmp_path / "RESULTS.md"
    monkeypatch.setattr(peers, "RESULTS", results)
    results.write_text("# What it costs\n\n## Against peers\n\nold\n\n## Another\n\nkept\n")
    peers.keep("## Against peers\n\nnew\n")
    assert results.read_text() == "# What it costs\n\n## Against peers\n\nnew\n\n## Another\n\nkept\n"
