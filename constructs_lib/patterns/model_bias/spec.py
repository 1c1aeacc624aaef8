"""What a user may say about a model that ought to treat people alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from constructs_lib.alarms.alarm import Evaluate
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import limits, s3
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.aws.sagemaker import bias
from constructs_lib.aws.sagemaker.images import CLARIFY
from constructs_lib.errors import Problem
from constructs_lib.model import Items, checked, not_empty, shown
from constructs_lib.patterns.model_bias.options import Column, Facet, Label, Limit, metric
from constructs_lib.patterns.monitoring_job.spec import MonitoringJobSpec, Prediction
from constructs_lib.references import OrReference, is_reference

_OF_A_JOB = (
    "captured",
    "ground_truth",
    "ground_truth_events",
    "label_delay_hours",
    "instances",
    "max_runtime_seconds",
    "image",
    "role_arn",
    "vpc",
    "network_isolation",
    "data_kms_key_arns",
    "reports",
    "prediction",
    "headers",
    "group",
    "constraints",
)


SEEN_BY_QUERIES_HOURS = 2
"""Between two runs at most, for a query to see their values: stamped that long ago, the run itself, and some delay."""


class ModelBiasSpec(MonitoringJobSpec):
    """Measures a model's bias on a schedule, and alerts when it drifts, or when it is no longer measured.

    A job compares what the endpoint predicted with what turned out to be true, for each facet. SageMaker Model Monitor
    takes no new customers; with `publish: external` the alarms watch metrics that a job of your own publishes.
    """

    pattern: Literal["model_bias"] = "model_bias"
    publish: Literal["model_monitor", "external"] = "model_monitor"
    """Who measures: SageMaker Model Monitor, made here; or a job of your own that publishes the same metrics."""
    monitoring_schedule: Annotated[str, Field(min_length=1), OrReference()] | None = None
    """With `publish: external`: the dimension MonitoringSchedule as your job publishes it. Left out: the monitor's full
    name."""
    ground_truth: s3.Uri | None = None
    """What turned out to be true: JSON Lines below YYYY/MM/DD/HH/, keyed by the inference ID."""
    ground_truth_events: bool = False
    """Set where the bucket of the ground truth sends its events to EventBridge: then an alarm fires when no new labels
    come. Without it that shows as a run that fails, or as silence."""
    label_delay_hours: Annotated[int, Field(ge=0, le=168)] = 0
    """Hours until the truth about a prediction is known; a run looks back that much further."""
    label: Label
    """What is predicted."""
    prediction: Prediction = Prediction(label="0")
    """Where it is in a response. Left out: the first column of CSV."""
    facets: Annotated[Items[Facet], checked(not_empty)]
    """Whose treatment is measured."""
    group: Column | None = None
    """Column of subgroups, for CDDL and CDDPL."""
    headers: Items[Column] = ()
    """Columns in their order, the label's too. Needed where the data has no header, as CSV that an endpoint captures:
    Clarify finds a label, a facet or a group by its name only with them."""
    limits: Annotated[Mapping[Annotated[str, checked(metric)], Limit], Field(min_length=1)]
    """How much is too much, by metric: {DPPL: 0.1, DI: {between: [0.8, 1.25]}}."""
    evaluate: Evaluate = Evaluate(breaching=1, of=1)
    """How many of the last runs must be outside; one, for each looks at a whole period's data already."""
    constraints: s3.Uri | None = None
    """Clarify's own limits from a baseline (constraints.json): a run that violates them says so."""

    def problems(self) -> Iterator[Problem]:
        """A job or someone else's, metrics with what they need, and windows CloudWatch looks back."""
        if self.publish == "external":
            yield from self._external_problems()
        else:
            if self.ground_truth is None:
                yield Problem(
                    "is missing: bias is measured against what turned out to be true",
                    "add `ground_truth: s3://…`",
                    path="ground_truth",
                )
            if self.monitoring_schedule is not None:
                yield Problem("the schedule is made here", "remove it", path="monitoring_schedule")
        yield from super().problems()
        yield from self._metric_problems()
        yield from self._header_problems()
        yield from self._interval_problems()
        yield from self._duplicates()
        if broken := limits.window(self.every.seconds, self.evaluate.of):
            yield broken

    def _external_problems(self) -> Iterator[Problem]:
        for field in _OF_A_JOB:
            if field in self.model_fields_set:
                yield Problem("belongs to a job, and none is made", "remove it, or `publish`", path=field)

    def _metric_problems(self) -> Iterator[Problem]:
        for name, limit in self.limits.items():
            known = bias.METRICS[name]
            if known.needs_group and self.group is None and self.publish == "model_monitor":
                yield Problem(f"{name} is measured within subgroups", "add `group: column`", path=f"limits.{name}")
            if is_reference(limit.at_most) and any(not facet.published for facet in self.facets):
                yield Problem(
                    "of a numeric facet both sides are asked for, and a reference has no other side",
                    f"write {{between: [-x, x]}} for {name}",
                    path=f"limits.{name}",
                )
            if known.shape == "ratio" and limit.between is None:
                yield Problem(
                    f"{name} is a ratio, and fine around 1", "write {between: [0.8, 1.25]}", path=f"limits.{name}"
                )

    def _interval_problems(self) -> Iterator[Problem]:
        """An alarm on a query sees three hours; SageMaker stamps a value with the beginning of what a run looked at."""
        if self.publish == "external" or self.every.hours <= SEEN_BY_QUERIES_HOURS:
            return
        for index, facet in enumerate(self.facets):
            if not facet.published:
                yield Problem(
                    f"is published as an interval that is not known, and an alarm that asks for it sees three hours: "
                    f"nothing of a run every {self.every.hours} hours",
                    'add `published_as: ["(40, 75]"]` as the first run publishes it, or `schedule: every 2 hours`',
                    path=f"facets.{index}.above",
                )

    def _header_problems(self) -> Iterator[Problem]:
        if not self.headers:
            if self.publish == "model_monitor" and self._without_header:
                yield Problem(
                    "is missing: the data has no header, so a name stands for no column and every run would fail",
                    "list the columns in their order, the label's too",
                    path="headers",
                )
            return
        named = [("label.name", self.label.name)]
        named += [(f"facets.{index}.name", facet.name) for index, facet in enumerate(self.facets)]
        if self.group is not None:
            named.append(("group", self.group))
        for path, column in named:
            if column not in self.headers:
                yield Problem(f"{shown(column)} is not among the headers", "add it there", path=path)

    def _duplicates(self) -> Iterator[Problem]:
        """Facets that give the same alarm twice."""
        seen: set[tuple[str, str]] = set()
        for index, facet in enumerate(self.facets):
            for value in facet.published or ("",):
                if (facet.name, value) in seen:
                    rule = f"{f'{facet.name} {value}'.rstrip()} is listed twice"
                    yield Problem(rule, "remove one", path=f"facets.{index}")
                seen.add((facet.name, value))

    @property
    def _without_header(self) -> bool:
        """Whether the data is CSV without names; captured CSV is. JSON has its own names (`prediction.features`)."""
        if self.batch is not None:
            return self.batch.format == "csv"
        return self.prediction.features is None

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:
        """What a job needs."""
        if self.publish == "model_monitor":
            yield from self.job_name_problems(name, environment, CLARIFY)

    def global_names(self, name: str, environment: Environment) -> tuple[str, ...]:
        """Those of a job, where one is made."""
        return super().global_names(name, environment) if self.publish == "model_monitor" else ()

    @property
    def events(self) -> frozenset[Severity]:
        """A run that fails; of someone else's job nothing is known."""
        return super().events if self.publish == "model_monitor" else frozenset()

    @property
    def namespace(self) -> str:
        """Where the metrics are."""
        return bias.ENDPOINT_NAMESPACE if self.batch is None else bias.BATCH_NAMESPACE

    def labels_rule(self, name: str) -> str:
        """Rule that counts new labels."""
        return join(name, "labels")

    @property
    def known_series(self) -> tuple[Facet, str] | None:
        """A facet and a value of it that are surely published; None where all facets are intervals of the data's."""
        return next(((facet, value) for facet in self.facets for value in facet.published), None)

    def rules(self, name: str) -> tuple[str, ...]:
        """Names of the event rules."""
        violations = [self.violations_rule(name)] if self.constraints is not None else []
        return (*super().rules(name), self.merge_failed_rule(name), *violations)

    def schedule_name(self, name: str) -> str:
        """The dimension MonitoringSchedule."""
        return self.monitoring_schedule if self.monitoring_schedule is not None else name

    def analysis(self) -> dict[str, Any]:
        """Clarify's analysis configuration. Where the prediction is stands in the job definition."""
        optional: dict[str, Any] = {"headers": list(self.headers)} if self.headers else {}
        if self.group is not None:
            optional["group_variable"] = self.group
        return {
            **optional,
            "label": self.label.name,
            "label_values_or_threshold": list(self.label.positive),
            "facet": [facet.analysis() for facet in self.facets],
        }
