"""Alarms on models of Amazon Bedrock, and its log of invocations."""

from __future__ import annotations

from typing import Any, Unpack

from constructs_lib.cdk import Construct
from constructs_lib.options.link import Exports
from constructs_lib.patterns.llm.alarms import alarms, callers_rule
from constructs_lib.patterns.llm.options import InvocationLog
from constructs_lib.patterns.llm.resources.caller_ranking import caller_ranking
from constructs_lib.patterns.llm.resources.invocation_logging import InvocationLogging
from constructs_lib.patterns.llm.spec import TOKENS, LlmSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.log_group import log_group
from constructs_lib.resources.metric_filter import metric_filter
from constructs_lib.resources.surroundings import Given, Surroundings


class LlmMonitor(Construct):
    """Notifies when models fail, are slow or throttled, cost too much, or are about to do so.

    Args:
        spec: The models, their limits, and what stands around them.

    Attributes:
        log_group: The aws_cloudwatch_log_group of the invocations, or None where it is used as found.
        logging: The InvocationLogging, or None where it is not managed here.
        filters: aws_cloudwatch_log_metric_filter by key: `team-input`, `team-output`.
        callers: The aws_cloudwatch_contributor_insight_rule, or None.
        alarms: The alarms by key, that of a model with a name after it: `throttled`, `throttled-haiku`.
        made: References to what other monitors may name.
        outputs: Names of what was made.

    Raises:
        ConfigError: A name over a service's limit, or a severity that no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: LlmSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        log = spec.invocation_log
        self.log_group = self._log_group(log, here) if log is not None else None
        self._group = self.log_group.name if self.log_group else log.log_group.reference if log is not None else ""
        self.logging = self._logging(spec, here)
        self.filters: dict[str, Any] = {
            key: metric_filter(self, key, counting, log_group_name=self._group)
            for key, counting in spec.filters(here.name).items()
        }
        self.callers: Any = None
        if log is not None and log.top_callers:
            rule = callers_rule(here.name)
            self.callers = caller_ranking(
                self, "callers", name=rule, log_group_name=self._group, tokens=TOKENS["input"]
            )
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
        self.made: Exports = {"log_group": self.log_group.name} if self.log_group is not None else {}
        self.outputs = self._outputs()

    def _log_group(self, log: InvocationLog, here: Surroundings) -> Any:
        if not log.log_group.create:
            return None
        name, days = log.log_group.full_name, log.log_group.kept_days
        return log_group(self, "log-group", name=name, retention_days=days, key=here.data_key(), retain=here.retain)

    def _logging(self, spec: LlmSpec, here: Surroundings) -> InvocationLogging | None:
        if not spec.manages_log or spec.invocation_log is None:
            return None
        return InvocationLogging(
            self,
            "logging",
            role_name=spec.role_name(here.name),
            log_group_name=self._group,
            bodies=spec.invocation_log.bodies,
            environment=here.environment,
        )

    def _outputs(self) -> dict[str, Any]:
        outputs: dict[str, Any] = {"invocation_log": self._group} if self._group else {}
        if self.logging is not None:
            outputs["account_wide_logging_role"] = self.logging.role.arn
        if self.callers is not None:
            outputs["callers"] = self.callers.rule_name
        return outputs
