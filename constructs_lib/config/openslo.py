"""Objectives in OpenSLO's format, as monitors of the pattern slo.

Source: the OpenSLO specification, version v1 (https://github.com/OpenSLO/OpenSLO). How a source of metrics is written
is left to each vendor there: of CloudWatch's, the namespace, the metric's name and its dimensions are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml
from pydantic import ValidationError

from constructs_lib.aws import catalogue
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import problems_of, shown
from constructs_lib.patterns.slo.options import PER_MILLISECOND
from constructs_lib.patterns.slo.spec import SloSpec
from constructs_lib.yaml_lines import parse

_DURATION = re.compile(r"(\d+)([dw])")
_DAYS = {"d": 1, "w": 7}
_SOURCE = {"metricname": "name", "name": "name", "metric": "name", "namespace": "namespace", "dimensions": "dimensions"}


class _Refused(Exception):
    """Something an alarm can't be made of."""

    def __init__(self, path: str, rule: str, fix: str) -> None:
        self.problem = Problem(rule, fix, path)
        super().__init__(rule)


def monitors(text: str, file: str) -> dict[str, dict[str, Any]]:
    """The monitors that the objectives of a file become, by name; everything else in it is passed over.

    Raises:
        ConfigError: With every problem in it.
    """
    documents, problems = [], list[Problem]()
    for part in re.split(r"(?m)^---.*$", text):
        if part.strip():
            document = parse(part, file, begin="begin with `apiVersion:` and `kind:`")
            documents.append(document.data if isinstance(document.data, Mapping) else {})
            problems += document.problems
    indicators = {_name(one): one.get("spec") for one in documents if one.get("kind") == "SLI"}
    made: dict[str, dict[str, Any]] = {}
    objectives = [one for one in documents if one.get("kind") == "SLO"]
    if not objectives and not problems:
        problems.append(Problem("holds no document of `kind: SLO`", "name a file of OpenSLO's"))
    for one in objectives:
        name = _name(one)
        try:
            for key, monitor in _monitors(name, one.get("spec"), indicators):
                SloSpec.model_validate(monitor)
                if made.setdefault(key, monitor) is not monitor:
                    problems.append(Problem(f"{shown(key)} is the name of two objectives", "rename one", name))
        except _Refused as refused:
            problems.append(refused.problem.under(name))
        except ValidationError as error:
            problems += [problem.under(name) for problem in problems_of(error)]
    if problems:
        raise ConfigError(replace(problem, file=file) for problem in problems)
    return made


def written(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Monitors as monitoring.yaml has them below `monitors:`."""
    text: str = yaml.safe_dump(dict(found), sort_keys=False, allow_unicode=True, width=120)
    return text


def _name(document: Mapping[str, Any]) -> str:
    return str(_part(document, "metadata").get("name") or "an objective without a name")


def _part(of: Any, key: str) -> Mapping[str, Any]:
    found = of.get(key) if isinstance(of, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _monitors(name: str, spec: Any, indicators: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(spec, Mapping):
        raise _Refused("spec", "is missing", "add it")
    method = spec.get("budgetingMethod", "Occurrences")
    if method != "Occurrences":
        rule = f"{shown(method)} counts periods, and alarms here count requests"
        raise _Refused("spec.budgetingMethod", rule, "write Occurrences")
    days, indicator = _days(spec), _indicator(spec, indicators)
    objectives = spec.get("objectives")
    if not isinstance(objectives, list) or not objectives:
        raise _Refused("spec.objectives", "is missing", "add an objective with a target")
    for index, one in enumerate(objectives):
        path = f"spec.objectives.{index}"
        monitor: dict[str, Any] = {"pattern": "slo", "target_percent": _target(one, path), "window_days": days}
        monitor |= _ratio(indicator) if "ratioMetric" in indicator else _within(indicator, one, path)
        yield (name if len(objectives) == 1 else f"{name}-{index + 1}"), monitor


def _days(spec: Mapping[str, Any]) -> int:
    windows = spec.get("timeWindow")
    window = windows[0] if isinstance(windows, list) and len(windows) == 1 and isinstance(windows[0], Mapping) else {}
    found = _DURATION.fullmatch(str(window.get("duration", "")))
    if not found:
        rule = f"{shown(window.get('duration'))} is not a number of days or weeks"
        raise _Refused("spec.timeWindow.0.duration", rule, "write it like 28d or 4w")
    if not window.get("isRolling"):
        rule = "the window begins anew by the calendar, and CloudWatch's windows move on"
        raise _Refused("spec.timeWindow.0.isRolling", rule, "write `isRolling: true`")
    return int(found[1]) * _DAYS[found[2]]


def _target(objective: Any, path: str) -> float:
    share = objective.get("target") if isinstance(objective, Mapping) else None
    percent = objective.get("targetPercent") if isinstance(objective, Mapping) else None
    if not isinstance(share if percent is None else percent, int | float):
        raise _Refused(f"{path}.target", "is missing", "write it like 0.995")
    found = float(percent) if percent is not None else round(float(share or 0) * 100, 10)
    return int(found) if found.is_integer() else found


def _indicator(spec: Mapping[str, Any], indicators: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = spec.get("indicatorRef")
    found = indicators.get(reference) if reference is not None else _part(spec, "indicator").get("spec")
    if not isinstance(found, Mapping) or not {"ratioMetric", "thresholdMetric"} & found.keys():
        if reference is not None and reference not in indicators:
            raise _Refused("spec.indicatorRef", f"{shown(reference)} is not in this file", "add the SLI to it")
        raise _Refused("spec.indicator", "has neither ratioMetric nor thresholdMetric", "add one")
    return found


def _ratio(indicator: Mapping[str, Any]) -> dict[str, Any]:
    ratio = _part(indicator, "ratioMetric")
    part = "bad" if "bad" in ratio else "good"
    return {key: _metric(ratio.get(key), f"indicator.ratioMetric.{key}") for key in (part, "total")}


def _within(indicator: Mapping[str, Any], objective: Mapping[str, Any], path: str) -> dict[str, Any]:
    metric = _metric(indicator.get("thresholdMetric"), "indicator.thresholdMetric")
    if objective.get("op") not in ("lte", "lt"):
        raise _Refused(f"{path}.op", f"{shown(objective.get('op'))} is not lte or lt", "only fast can be good")
    value = objective.get("value")
    if not isinstance(value, int | float):
        raise _Refused(f"{path}.value", "is missing", "write the longest time of a good request")
    facts = catalogue.find(metric["namespace"], metric["name"])
    factor = PER_MILLISECOND.get(facts.unit, 1.0) if facts is not None else 1.0
    return {"within": {"metric": metric, "milliseconds": value / factor}}


def _metric(source: Any, path: str) -> dict[str, Any]:
    found = _part(source, "metricSource")
    spec = {_SOURCE[key.lower()]: value for key, value in _part(found, "spec").items() if key.lower() in _SOURCE}
    kind = found.get("type", "CloudWatch")
    if str(kind).lower() != "cloudwatch" or not {"namespace", "name"} <= spec.keys():
        rule = f"{shown(kind)} with {', '.join(_part(found, 'spec')) or 'nothing'} is not a metric of CloudWatch"
        fix = "give `type: CloudWatch`, and namespace, metricName and dimensions under `spec`"
        raise _Refused(f"{path}.metricSource", rule, fix)
    dimensions = spec.get("dimensions") or {}
    if isinstance(dimensions, list):
        lowered = [{str(key).lower(): value for key, value in one.items()} for one in dimensions]
        dimensions = {one.get("name"): one.get("value") for one in lowered}
    metric = {"namespace": spec["namespace"], "name": spec["name"], "dimensions": dimensions}
    return metric if spec["namespace"] in catalogue.NAMESPACES else {**metric, "custom": True}
