"""No alarm cries twice over one trouble: what a test file makes fire, for a while only, and then all is well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from constructs_lib.app import synthesise
from constructs_lib.behaviour.file import Suite, load
from constructs_lib.config.loader import load as load_config
from constructs_lib.simulation.alarm import MetricIdentity
from constructs_lib.simulation.arrays import Floats
from constructs_lib.simulation.data import BandEdges, Values
from constructs_lib.simulation.simulation import Scenario
from tests.behaviour.test_examples import EXAMPLES, file_for

ROOT = Path(__file__).parents[2]
MINUTES = (1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 16, 20, 30)
AFTERWARDS = 90
"""Minutes: longer than any window of minutes."""


def scenarios(suite: Suite) -> Iterator[tuple[str, Scenario]]:
    """What is published by the minute, and is not always the same."""
    for test in suite.tests:
        given = test.scenario
        usual = {metric: values for metric, values in given.values.items() if values.every == 60}
        if usual and len(usual) == len(given.values) and not given.events and onset(given) is not None:
            yield test.case.name, given


def onset(scenario: Scenario) -> int | None:
    """The second in which something changes for the first time."""
    return min((second for values in scenario.values.values() for second in _changes(values)), default=None)


def _changes(values: Values) -> Iterator[int]:
    if len(values.at) and values.at[0] >= 60:
        yield int(values.at[0])
    elif len(values.at) and (values.total != values.total[0]).any():
        yield int(values.at[np.argmax(values.total != values.total[0])])


def burst(scenario: Scenario, minutes: int) -> Scenario:
    """The scenario, whose trouble ends after so many minutes."""
    begins = onset(scenario)
    assert begins is not None
    ends = begins + minutes * 60
    length = ends + AFTERWARDS * 60
    lines = [line for line in scenario.lines if line.at < ends]
    values = {metric: _cut(of, ends, length) for metric, of in scenario.values.items()}
    bands = {alarm: BandEdges(_longer(band.lower), _longer(band.upper)) for alarm, band in scenario.bands.items()}
    return replace(scenario, length=length, values=values, lines=lines, bands=bands)


def _longer(edge: Floats) -> Floats:
    return np.pad(edge, (0, AFTERWARDS), mode="edge")


def _cut(values: Values, ends: int, length: int) -> Values:
    """As it was in the first minute, once the trouble is over; what had no value then has none again."""
    here = values.at < ends
    usual = len(values.at) and values.at[0] < 60
    after = np.arange(ends, length, 60, dtype=np.int64) if usual else np.empty(0, np.int64)

    def put(of: Floats) -> Floats:
        return np.concatenate([of[here], np.full(len(after), of[0])]) if usual else of[here]

    def put_if(of: Floats | None) -> Floats | None:
        return None if of is None else put(of)

    return Values(
        np.concatenate([values.at[here], after]),
        put(values.total),
        put_if(values.count),
        put_if(values.smallest),
        put_if(values.largest),
    )


def cries(suite: Suite) -> list[str]:
    """Alarms with more than one alarm, or one all-clear, for one burst."""
    found = []
    for name, scenario in scenarios(suite):
        for minutes in MINUTES:
            histories = suite.simulation.run(burst(scenario, minutes)).run.histories
            for alarm, history in histories.items():
                states = Counter(change.after for change in history.transitions)
                if states["ALARM"] > 1 or states["OK"] > 1:
                    found.append(f"{name}, {minutes} minutes: {alarm} {dict(states)}")
    return found


def test_the_default_stack_cries_once() -> None:
    suite = load(ROOT / "monitoring.tests.yaml")
    assert len(list(scenarios(suite))) > 10
    assert cries(suite) == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_so_does_every_example(file: Path, tmp_path: Path) -> None:
    synthesise(load_config(file), str(tmp_path))
    (stack,) = tmp_path.glob("stacks/*/cdk.tf.json")
    assert cries(load(file_for(file), stack)) == []


@pytest.mark.parametrize(("bad", "good"), [(5, 5), (4, 6), (10, 10)], ids=str)
def test_what_comes_and_goes_is_one_alarm(bad: int, good: int) -> None:
    simulation = load(ROOT / "monitoring.tests.yaml").simulation
    trouble = np.array([minute >= 20 and (minute - 20) % (bad + good) < bad for minute in range(160)])

    def by_the_minute(usual: float, wrong: float, samples: float = 1) -> Values:
        value = np.where(trouble, wrong, usual)
        at = np.arange(160, dtype=np.int64) * 60
        return Values(at, value * samples, np.full(160, samples), value, value)

    def endpoint(name: str) -> MetricIdentity:
        dimensions = {"EndpointName": "recommender-production-ranker", "VariantName": "AllTraffic"}
        return simulation.metric("AWS/SageMaker", name, **dimensions)

    def api(name: str) -> MetricIdentity:
        dimensions = {"ApiName": "recommender-production-ranker-api", "Stage": "prod"}
        return simulation.metric("AWS/ApiGateway", name, **dimensions)

    calls = by_the_minute(100, 100)
    values = {
        endpoint("Invocations"): calls,
        endpoint("Invocation5XXErrors"): by_the_minute(0, 60),
        endpoint("ModelLatency"): by_the_minute(2e5, 9e5, 100),
        api("Count"): calls,
        api("5XXError"): by_the_minute(0, 60),
        api("Latency"): by_the_minute(200, 1800, 100),
    }
    histories = simulation.run(Scenario(values=values, length=160 * 60)).run.histories
    found = {name: len(history.entered("ALARM")) for name, history in histories.items() if history.entered("ALARM")}
    assert found == dict.fromkeys(
        (
            f"recommender-production-{alarm}"
            for alarm in (
                "ranker-errors-5xx",
                "ranker-errors-5xx-many",
                "ranker-latency",
                "ranker-api-errors-5xx",
                "ranker-api-errors-5xx-many",
                "ranker-api-latency-p99",
            )
        ),
        1,
    )
