"""The alarms on jobs: failures that repeat, and success that stays away."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Row, at_least, below, counted, every, table
from constructs_lib.aws.sagemaker.jobs import KINDS
from constructs_lib.options.undelivered import undelivered
from constructs_lib.patterns.training_jobs.spec import TrainingJobsSpec
from constructs_lib.units import duration, number

HOUR_SECONDS = 3_600


@table
def alarms(spec: TrainingJobsSpec, name: str) -> Iterator[Row]:
    """The ladder and the overdue alarm of each kind, and one for messages that reached no one."""
    ladder, overdue = spec.escalate, spec.overdue
    for kind in spec.jobs:
        word = KINDS[kind].words.lower()
        jobs = f"{word}s whose name begins with {spec.name_prefix}"

        def events(rule: str, period_seconds: int, jobs: str = jobs) -> Metric | Math:
            """Events that matched a rule."""
            return counted(
                Metric(
                    namespace="AWS/Events",
                    name="TriggeredRules",
                    dimensions={"RuleName": rule},
                    statistic="Sum",
                    period_seconds=period_seconds,
                    label=f"events of {jobs}",
                )
            )

        # fmt: off
        if ladder is not None:
            seconds = ladder.within_hours * HOUR_SECONDS
            yield Row(f"{kind}-repeated",
                events(spec.failed_rule(name, kind), seconds), at_least(ladder.after_failures),
                severity=ladder.severity,
                says=f"{number(ladder.after_failures)} or more {jobs} failed within {duration(seconds)}",
                impact="It is no single accident: no new model comes out",
                first_step="Read the reasons in the messages of the single failures, and stop what starts them")
        if overdue is not None:
            hours = overdue.no_success_hours
            yield Row(f"{kind}-overdue",
                events(spec.succeeded_rule(name, kind), HOUR_SECONDS), below(1), every(hours), overdue.severity,
                says=f"none of the {jobs} succeeded for {number(hours)} hours",
                impact="The model in use grows old",
                first_step=f"See whether a {word} was started at all since this alarm is there: its schedule, "
                           "its errors")
        # fmt: on
    yield undelivered(spec.undelivered_queue(name))
