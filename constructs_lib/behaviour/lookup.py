"""The names in a test, found among what is deployed; what is not found is a problem with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from constructs_lib.alarms import composite_rule
from constructs_lib.behaviour.spec import GivenMetric
from constructs_lib.errors import Problem
from constructs_lib.model import nearest
from constructs_lib.simulation.alarm import CompositeAlarm, MetricAlarm, MetricIdentity
from constructs_lib.simulation.names import UnknownName
from constructs_lib.simulation.simulation import Simulation


class Lookup:
    """Finds names, and keeps what is wrong with them.

    Args:
        simulation: What is deployed.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.problems: list[Problem] = []

    def wrong(self, path: str, rule: str, fix: str = "") -> None:
        """Keep a problem."""
        self.problems.append(Problem(rule, fix, path))

    def metric(self, given: GivenMetric, path: str) -> MetricIdentity | None:
        """The metric that values are given of."""
        if given.metric is not None:
            named = given.metric
            metric = MetricIdentity.of(named.namespace, named.name, named.dimensions)
            known = self._simulation.metrics
            if not self._simulation.reads(metric):
                fix = nearest(str(metric), [str(one) for one in known if one.name == metric.name] or map(str, known))
                self.wrong(f"{path}.metric", f"{metric} is not read by any alarm", fix if len(fix) < 300 else "")
                return None
            return metric
        return self._metric_of(given.of or "", path)

    def _metric_of(self, text: str, path: str) -> MetricIdentity | None:
        name, identifier = text, ""
        if "." in text and not self._simulation.names.matching(text):
            name, _, identifier = text.rpartition(".")
        alarm = self.alarm(name, f"{path}.of")
        if alarm is None:
            return None
        subject = self._simulation.alarms[alarm]
        if not isinstance(subject, MetricAlarm):
            rule = f"{alarm} is not a metric alarm: it reads no metric"
            self.wrong(f"{path}.of", rule, f"name one of {', '.join(self.parts(alarm))}")
            return None
        reads = {query.id: query.metric for query in subject.queries if query.metric}
        if identifier:
            if identifier not in reads:
                self.wrong(f"{path}.of", f"{alarm} does not read a metric {identifier!r}", nearest(identifier, reads))
            return reads.get(identifier)
        if not reads:
            self.wrong(f"{path}.of", f"{alarm} asks for its metrics by a query", "name one of them under `metric`")
            return None
        if len(reads) > 1:
            self.wrong(f"{path}.of", f"{alarm} reads {' and '.join(reads)}", f"say which: {text}.{next(iter(reads))}")
            return None
        return next(iter(reads.values()))

    def alarm(self, text: str, path: str) -> str | None:
        """The full name of an alarm."""
        try:
            return self._simulation.names.find(text)
        except UnknownName as error:
            left_out = self._simulation.deployment.left_out
            why = next((reason for name, reason in left_out.items() if name == text or name.endswith(f"-{text}")), None)
            rule, _, fix = str(error).partition("; ")
            if why:
                self.wrong(path, f"{text} can't be simulated: {why}")
            elif unnamed := [name for name in left_out if name.startswith("aws_cloudwatch_")]:
                many = f"{len(unnamed)} have no name yet, such as" if len(unnamed) > 1 else "one has no name yet:"
                rule = f"{rule} among the alarms; {many} {unnamed[0]}"
                self.wrong(path, rule, "test a plan, `terraform show -json`, which has their names")
            else:
                self.wrong(path, f"{rule} among the alarms", fix)
            return None

    def parts(self, name: str) -> list[str]:
        """A metric alarm itself, or the metric alarms that a composite is made of."""
        alarm = self._simulation.alarms[name]
        if not isinstance(alarm, CompositeAlarm):
            return [name]
        return [one for part in sorted(composite_rule.parse(alarm.rule).alarms) for one in self.parts(part)]

    def band_alarm(self, text: str) -> str | None:
        """The alarm that compares with the band: itself, or the part of a composite that does."""
        path = f"given.bands.{text}"
        name = self.alarm(text, path)
        if name is None:
            return None
        banded = [part for part in self.parts(name) if self.needs_band(part)]
        if len(banded) != 1:
            self.wrong(
                path,
                f"{name} compares with {len(banded) or 'no'} band{'s' * (len(banded) != 1)}",
                f"name one of {', '.join(banded)}" if banded else "remove it",
            )
            return None
        return banded[0]

    def named(self, texts: Iterable[str], find: Callable[[str], str], path: str) -> dict[str, str]:
        """Full names by shortened ones."""
        found = {}
        for text in texts:
            try:
                found[text] = find(text)
            except UnknownName as error:
                rule, _, fix = str(error).partition("; ")
                self.wrong(f"{path}.{text}", rule, fix)
        return found

    def needs_band(self, name: str) -> bool:
        """Whether an alarm compares with a band."""
        alarm = self._simulation.alarms[name]
        return isinstance(alarm, MetricAlarm) and bool(alarm.band)
