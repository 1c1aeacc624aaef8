"""What a user may say of models on Amazon Bedrock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from constructs_lib.alarms.metric_filter import MetricFilter
from constructs_lib.alarms.outcomes import Outcomes
from constructs_lib.alarms.row import series
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import bedrock, log_limits, names
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.errors import Problem
from constructs_lib.model import Items, checked, not_empty
from constructs_lib.options.link import Exports
from constructs_lib.options.log_group import LogGroupUse
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.patterns.llm.options import Agent, CalledModel, Guardrail, InvocationLog, LlmAlarms

OBJECTIVE_MODELS = 3
"""An alarm reads ten metrics, and a model takes three."""
TOKENS = {"input": "$.input.inputTokenCount", "output": "$.output.outputTokenCount"}
"""Where a line of the log has the tokens; cached ones are not among them."""


class LlmSpec(MonitorSpec):
    """The alarms on models that are called on Amazon Bedrock, and its log of invocations.

    It sees calls of bedrock-runtime (Converse, InvokeModel, and both as streams), not of bedrock-mantle.
    """

    SHARES_CLAIMS: ClassVar[bool] = False

    pattern: Literal["llm"] = "llm"
    severity: Severity = "critical"
    """Of throttling and errors in Bedrock. Money, speed and quotas are a warning, long calls are information."""
    models: Annotated[Items[CalledModel], checked(not_empty)]
    """What callers call."""
    streaming: bool = False
    """Whether they stream the answers: only then Bedrock publishes the time to the first token."""
    alarms: LlmAlarms = LlmAlarms()
    """Limits."""
    guardrail: Guardrail | None = None
    """The guardrail that calls go through."""
    agent: Agent | None = None
    """The agent that calls the model."""
    invocation_log: InvocationLog | None = None
    """Bedrock's log of invocations."""

    def problems(self) -> Iterator[Problem]:
        """Models that are told apart, and limits on what is published."""
        ids, called = [model.id for model in self.models], [model.name for model in self.models]
        for index, model in enumerate(self.models):
            if model.name in called[:index]:
                rule = f"has the name {model.name!r} of another" if model.name else "has no name, as another"
                yield Problem(rule, "give it a `name`, which its alarms are called after", path=f"models.{index}")
            if model.id in ids[:index]:
                yield Problem(f"{model.id} is listed twice", "remove one", path=f"models.{index}")
        for option in ("first_token_p95_milliseconds", "tokens_per_second_below"):
            if getattr(self.alarms, option) is not None and not self.streaming:
                rule = "Bedrock publishes the time to the first token of streaming calls only"
                yield Problem(rule, "write `streaming: true` if callers stream, or remove it", path=f"alarms.{option}")
        if self.alarms.usd_per_day is not None and not any(model.usd_per_million_tokens for model in self.models):
            rule = "no model has a price"
            yield Problem(rule, "add `usd_per_million_tokens` to a model", path="alarms.usd_per_day")

    def notes(self) -> Iterator[Problem]:
        """Model ids that are strange."""
        for index, model in enumerate(self.models):
            if found := bedrock.note(model.id):
                yield Problem(found, path=f"models.{index}.id")

    @property
    def manages_log(self) -> bool:
        """Whether it switches the log of invocations on."""
        return self.invocation_log is not None and self.invocation_log.setting == "managed"

    def claims(self) -> Mapping[str, str]:
        """Bedrock's log of invocations, where it is managed."""
        if not self.manages_log:
            return {}
        fix = "let one monitor manage it, and write `setting: existing` in the others"
        return {"Bedrock's log of invocations": fix}

    def makes(self, name: str) -> Exports:  # noqa: ARG002  (the group's name is the user's)
        """The log group, where it is made here; and what fails of the first three models' calls."""
        log, outcomes = self.invocation_log, self._outcomes()
        if log is None or not log.log_group.create:
            return {"outcomes": outcomes}
        return {"outcomes": outcomes, "log_group": log.log_group.full_name}

    def _outcomes(self) -> Outcomes:
        """Throttled calls are not among the invocations, and failed ones may not be either."""
        counts = {"calls": "Invocations", "failed": "InvocationServerErrors", "throttled": "InvocationThrottles"}
        metrics = {
            f"{key}_{index}": series("AWS/Bedrock", {"ModelId": model.id}, 60)(metric, "Sum")
            for index, model in enumerate(self.models[:OBJECTIVE_MODELS], start=1)
            for key, metric in counts.items()
        }
        bad = " + ".join(key for key in metrics if not key.startswith("calls"))
        called = ", ".join(model.id for model in self.models[:OBJECTIVE_MODELS])
        return Outcomes(metrics, bad=bad, total=" + ".join(metrics), words=f"calls of {called}")

    def log_groups(self) -> tuple[LogGroupUse, ...]:
        """That of the invocations."""
        if self.invocation_log is None:
            return ()
        group = self.invocation_log.log_group
        use = LogGroupUse(
            group=group.full_name,
            creates=group.create,
            refers=group.made_by is not None,
            filters=len(self.filters("")),
        )
        return (use,)

    def role_name(self, name: str) -> str:
        """The role that Bedrock writes the log with."""
        return join(name, "invocation-log")

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:  # noqa: ARG002  (a hook)
        """The role, and the metric filters."""
        if self.manages_log and (broken := names.role(self.role_name(name))):
            yield broken
        yield from (broken for key in self.filters(name) if (broken := log_limits.metric_name(join(name, key))))

    def global_names(self, name: str, environment: Environment) -> tuple[str, ...]:  # noqa: ARG002  (a hook)
        """The role."""
        return (self.role_name(name),) if self.manages_log else ()

    def filters(self, name: str) -> dict[str, MetricFilter]:
        """What counts the tokens of teams in the log, by the id of its resource."""
        teams = self.invocation_log.teams if self.invocation_log is not None else None
        if teams is None:
            return {}
        field = f"$.requestMetadata.{teams.metadata}"
        pattern = " || ".join(f'({field} = "{value}")' for value in teams.values)
        return {
            f"team-{kind}": MetricFilter(
                name=join(name, f"team-{kind}"),
                pattern=f"{{ {pattern} }}",
                metric_name=join(name, f"team-{kind}"),
                value=tokens,
                dimensions={teams.metadata: field},
            )
            for kind, tokens in TOKENS.items()
        }
