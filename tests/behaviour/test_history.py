"""Series and bands of tests that come from a file, or are learnt."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from constructs_lib.behaviour.file import Report, loads
from constructs_lib.behaviour.junit import junit
from constructs_lib.behaviour.page import page
from constructs_lib.behaviour.report import lines
from constructs_lib.errors import ConfigError
from constructs_lib.simulation.simulation import Simulation

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
USUAL = {"evaluation_periods": 3, "datapoints_to_alarm": 2, "treat_missing_data": "notBreaching", "alarm_actions": []}
CALLS = {"namespace": "Shop", "metric_name": "calls", "period": 300, "stat": "Sum"}
SIMULATION = Simulation.of(
    {
        "resource": {
            "aws_cloudwatch_metric_alarm": {
                "usual": {
                    "alarm_name": "usual",
                    "comparison_operator": "LessThanLowerOrGreaterThanUpperThreshold",
                    "threshold_metric_id": "band",
                    **USUAL,
                    "metric_query": [
                        {"id": "calls", "metric": CALLS, "return_data": True},
                        {"id": "band", "expression": "ANOMALY_DETECTION_BAND(calls, 2)", "return_data": True},
                    ],
                },
                "slow": {
                    "alarm_name": "slow",
                    "comparison_operator": "GreaterThanThreshold",
                    "threshold": 100,
                    "namespace": "Shop",
                    "metric_name": "latency",
                    "extended_statistic": "p99",
                    "period": 300,
                    **USUAL,
                },
                "samples": {
                    "alarm_name": "samples",
                    "comparison_operator": "LessThanThreshold",
                    "threshold": 50,
                    "namespace": "Shop",
                    "metric_name": "latency",
                    "statistic": "SampleCount",
                    "period": 300,
                    **USUAL,
                },
            }
        }
    }
)


def export(folder: Path, name: str, *, every: int = 300, **series: list[float] | list[tuple[float, float]]) -> None:
    """What get-metric-data prints of series that begin on that Monday; a pair is a band."""
    results = []
    for key, values in series.items():
        stamps = [(MONDAY + timedelta(seconds=every * index)).isoformat() for index in range(len(values))]
        rows = zip(*values, strict=True) if isinstance(values[0], tuple) else [values]
        results += [{"Id": key, "Timestamps": stamps, "Values": list(row), "StatusCode": "Complete"} for row in rows]
    (folder / name).write_text(json.dumps({"MetricDataResults": results}), encoding="utf-8")


def run(folder: Path, given: str, expect: str, more: str = "") -> Report:
    text = f"tests:\n  - name: n\n    given: {given}\n    expect: {expect}\n{more}"
    return loads(text, folder=folder, simulation=SIMULATION).run()


def failures(report: Report) -> list[str]:
    return [failure.text for verdict in report.verdicts for failure in verdict.failures]


def problems(folder: Path, given: str, expect: str = "{others: ignore, alarms: {usual: quiet}}", more: str = "") -> str:
    with pytest.raises(ConfigError) as refused:
        run(folder, given, expect, more)
    return "\n".join(str(problem) for problem in refused.value.problems)


FALL = [600.0] * 24 + [100.0] * 6 + [600.0] * 12
"""Two hours as usual, half an hour of little, another hour as usual."""


def test_an_exported_series_and_its_exported_band(tmp_path: Path) -> None:
    export(tmp_path, "calls.json", calls=FALL, ad=[(500.0, 700.0)] * len(FALL))
    given = "{metrics: [{of: usual.calls, file: calls.json}], bands: {usual: {file: calls.json}}}"
    report = run(tmp_path, given, "{alarms: {usual: {alarm: 130m, ok: 160m}}}")
    assert failures(report) == []
    assert report.verdicts[0].notes == []  # CloudWatch's own band is not an approximation
    assert report.verdicts[0].prepared.scenario.length == 210 * 60  # as long as the file


def test_what_was_before_the_start_is_what_the_file_says(tmp_path: Path) -> None:
    export(tmp_path, "calls.json", calls=[100.0] * 24 + [600.0] * 12, ad=[(500.0, 700.0)] * 36)
    given = "{metrics: [{of: usual.calls, file: calls.json}], bands: {usual: {file: calls.json}}}"
    report = run(tmp_path, given, "{alarms: {usual: {ok: 10m, states: {0m: ALARM}}}}", "    start: 2026-01-05T02:00\n")
    assert failures(report) == []


def test_a_band_without_a_value_judges_nothing(tmp_path: Path) -> None:
    export(tmp_path, "calls.json", calls=FALL)
    export(tmp_path, "band.json", ad=[(500.0, 700.0)] * 20)
    given = "{metrics: [{of: usual.calls, file: calls.json}], bands: {usual: {file: band.json}}}"
    assert failures(run(tmp_path, given, "{alarms: {usual: quiet}}")) == []


def test_a_learnt_band_is_called_approximate_wherever_it_matters(tmp_path: Path) -> None:
    export(tmp_path, "past.json", calls=[580.0, 620.0] * 144)
    given = (
        "{metrics: [{of: usual.calls, values: 120x60 20x30 120x60}], bands: {usual: {learnt_from: {file: past.json}}}}"
    )
    report = run(tmp_path, given, "{alarms: {usual: {alarm: 60m..70m}}, messages: {}}")
    assert failures(report) == []
    said = "approximate band, learnt here from past.json: CloudWatch learns another one"
    verdict = report.verdicts[0]
    assert verdict.notes == [f"usual: {said}"]
    shown = "\n".join(lines(report, timelines=True, alarms=False))
    assert f"usual begins in OK ({said})" in shown
    assert "[579.0] (approximate)" not in shown
    assert "] (approximate)" in shown  # in the reason of the change
    assert said in junit(report)
    assert page(report).count(said) == 2
    assert 'class="band approximate"' in page(report)
    # It begins where the history ends.
    assert verdict.prepared.scenario.start == int((MONDAY + timedelta(days=1)).timestamp())


def test_a_verdict_says_when_it_depends_on_the_width_of_an_approximation(tmp_path: Path) -> None:
    past = "bands: {usual: {learnt_from: {values: (100 140)x720}}}"
    given = f"{{metrics: [{{of: usual.calls, values: 120x60 123.5x30}}], {past}}}"
    report = run(tmp_path, given, "{alarms: {usual: quiet}}")
    assert failures(report) == []
    assert report.verdicts[0].depends == ("an approximate band that is a quarter narrower",)
    wide = f"{{metrics: [{{of: usual.calls, values: 120x60 20x30}}], {past}}}"
    assert run(tmp_path, wide, "{alarms: {usual: {alarm: 60m..70m}}}").verdicts[0].depends == ()


def test_a_longer_scenario_learns_from_its_own_days(tmp_path: Path) -> None:
    past = "{learnt_from: {values: (100 140)x720}}"
    given = f"{{metrics: [{{of: usual.calls, values: 120x60 300x3000}}], bands: {{usual: {past}}}}}"
    report = run(tmp_path, given, "{alarms: {usual: {alarm: 60m..70m, states: {20h: ALARM, 49h: OK}}}}")
    assert failures(report) == []


def test_sample_counts_and_percentiles_of_a_file_are_taken_for_what_they_are(tmp_path: Path) -> None:
    export(tmp_path, "n.json", n=[80.0] * 12 + [20.0] * 6)
    export(tmp_path, "p.json", p=[80.0] * 12 + [120.0] * 6)
    report = run(
        tmp_path, "{metrics: [{of: samples, file: n.json}]}", "{others: ignore, alarms: {samples: {alarm: 70m}}}"
    )
    assert failures(report) == []
    report = run(tmp_path, "{metrics: [{of: slow, file: p.json}]}", "{others: ignore, alarms: {slow: {alarm: 70m}}}")
    assert failures(report) == []


def test_a_file_that_says_nothing_of_another_statistic(tmp_path: Path) -> None:
    export(tmp_path, "p.json", p=[80.0] * 12)
    said = problems(tmp_path, "{metrics: [{of: slow, file: p.json}]}", "{}")
    assert "p.json holds p99, and samples reads SampleCount of the same metric; add `others: ignore`" in said
    said = problems(tmp_path, "{metrics: [{metric: {namespace: Shop, name: latency}, file: p.json}]}")
    assert "alarms read SampleCount and p99 of this metric, and a file holds one; say which" in said


def test_a_file_of_another_period(tmp_path: Path) -> None:
    export(tmp_path, "coarse.json", every=3600, calls=[600.0] * 12)
    said = problems(tmp_path, "{metrics: [{of: usual.calls, file: coarse.json}]}")
    assert "coarse.json has a value every 60m, and usual reads one every 5m; export it with a period of 60" in said
    export(tmp_path, "fine.json", every=60, p=[80.0] * 12)
    said = problems(tmp_path, "{metrics: [{of: slow, file: fine.json}]}", "{others: ignore, alarms: {slow: quiet}}")
    assert "the p99 of 5m can't be made of those of 1m, which is what fine.json holds" in said


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("{metrics: [{of: usual.calls, file: gone.json}]}", "gone.json can't be read: No such file"),
        ("{metrics: [{of: usual.calls, file: x.json, id: cals}]}", "x.json holds no 'cals'; did you mean 'calls'?"),
        ("{metrics: [{of: usual.calls, file: x.json, values: 1x9}]}", "needs either `values` or `file`"),
        ("{metrics: [{of: usual.calls, file: x.json, every: 5m}]}", "has a file, whose moments and values are what"),
        ("{metrics: [{of: usual.calls, values: 1x9, id: calls}]}", "says which series of a file, and names none"),
        ("{bands: {usual: {file: x.json, lower: 1}}}", "comes from two sources; keep one"),
        ("{bands: {usual: {file: x.json}}}", "x.json holds no band; ask `aws cloudwatch get-metric-data` for ANOMALY"),
        ("{bands: {usual: {learnt_from: {values: 5x*}}}}", "x* has no end before the scenario"),
        ("{bands: {usual: {learnt_from: {values: 5x100}}}}", "holds less than 3 hours before the scenario's start"),
        ("{bands: {usual: {learnt_from: {}}}}", "needs either `values` or `file`"),
    ],
)
def test_what_is_refused(tmp_path: Path, given: str, message: str) -> None:
    export(tmp_path, "x.json", calls=FALL)
    assert message in problems(tmp_path, given)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("    start: 2026-01-09T00:00\n    for: 1h\n", "goes from -4.0 to -3.9 days of the scenario's start"),
        ("    for: 6h\n", "x.json ends at 210m, and the scenario at 360m; make `for` shorter"),
    ],
)
def test_files_that_do_not_cover_the_scenario(tmp_path: Path, more: str, message: str) -> None:
    export(tmp_path, "x.json", calls=FALL)
    given = "{metrics: [{of: usual.calls, file: x.json}], bands: {usual: {lower: 1}}}"
    assert message in problems(tmp_path, given, more=more)
