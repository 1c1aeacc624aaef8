"""The alarms on models, in shares, tokens and dollars."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from constructs_lib.alarms.alarm import Evaluate, Insights, Math
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Row, above, at_least, below, counted, every, series, table, unusual
from constructs_lib.aws.names import join
from constructs_lib.patterns.llm.charts import BEDROCK, cost
from constructs_lib.patterns.llm.options import Agent, CalledModel, Guardrail, InvocationLog, Teams
from constructs_lib.patterns.llm.spec import TOKENS, LlmSpec
from constructs_lib.units import number, plain

MINUTE, FIVE, TWENTY, HOUR, DAY = 60, 300, 1_200, 3_600, 86_400
FEW_THROTTLES = 5
"""Throttled calls that retries of an SDK get over: each of them counts again."""
THREE_OF_FIVE = Evaluate(breaching=3, of=5)
"""Of minutes; of longer periods a burst would count twice, and the alarm flap."""


@table
def alarms(spec: LlmSpec, name: str) -> Iterator[Row]:
    """What callers feel, what it costs, and what is about to go wrong."""
    for model in spec.models:
        yield from _model(spec, model)
    if spec.guardrail is not None:
        yield from _guardrail(spec, spec.guardrail)
    if spec.agent is not None:
        yield from _agent(spec.agent)
    if spec.invocation_log is not None:
        yield from _log(spec, spec.invocation_log, name)


def share(bad: Metric, good: Metric, label: str, floor: float, *, floor_of: str = "bad + good") -> Math:
    """Bad ones in percent of good and bad; 0 where there are few. Neither is published while there is none."""
    few = floor_of.replace("bad", "FILL(bad, 0)").replace("good", "FILL(good, 0)")
    percent = "100 * FILL(bad, 0) / (FILL(bad, 0) + FILL(good, 0))"
    return Math(
        expression=f"IF({few} >= {plain(floor)}, {percent}, 0)", metrics={"bad": bad, "good": good}, label=label
    )


def _model(spec: LlmSpec, model: CalledModel) -> Iterator[Row]:
    limits, floor = spec.alarms, plain(spec.alarms.minimum_requests)
    called, key = f"Bedrock model {model.id}", partial(_keyed, model)
    minute, five, twenty, hour, day = (
        series(BEDROCK, {"ModelId": model.id}, period) for period in (MINUTE, FIVE, TWENTY, HOUR, DAY)
    )
    calls = five("Invocations", "Sum")

    def errors(metric: str, words: str) -> Math:
        return share(five(metric, "Sum"), calls, f"share of calls of {called} that {words}", limits.minimum_requests)

    def guarded(result: str, label: str, few: str = ", 0", **metrics: Metric) -> Math:
        """Without enough calls 0, or no value."""
        expression = f"IF(FILL(calls, 0) >= {floor}{result}{few})"
        return Math(expression=expression, metrics={"calls": calls, **metrics}, label=label)

    throttled = share(
        minute("InvocationThrottles", "Sum"),
        minute("Invocations", "Sum"),
        f"share of throttled calls of {called}",
        FEW_THROTTLES,
        floor_of="bad",
    )
    latency, first = five("InvocationLatency", "p99"), five("TimeToFirstToken", "p95")
    # AWS's formula (Bedrock user guide, "Diagnose InvocationLatency increases using OTPS").
    speed = guarded(
        " AND latency > first, 1000 * output / (latency - first)",
        f"output tokens per second of {called}",
        few="",
        latency=five("InvocationLatency", "p50"),
        first=five("TimeToFirstToken", "p50"),
        output=five("OutputTokenCount", "p50"),
    )
    quota, prices = model.tokens_per_minute_quota, model.usd_per_million_tokens
    used = Math(
        expression=f"100 * used / {plain(quota or 1)}",
        metrics={"used": minute("EstimatedTPMQuotaUsage", "Sum")},
        label=f"share of the tokens-per-minute quota of {called}",
    )
    dollars = limits.usd_per_day if prices is not None else None
    silent = limits.silent_hours
    # fmt: off
    yield Row(key("throttled"), throttled, above(limits.throttled_percent, "%"), THREE_OF_FIVE,
        impact="Calls fail, and retries make it worse",
        first_step="Lower max_tokens, which is reserved of the quota when a call begins; then ask for a larger quota")
    yield Row(key("server-errors"), errors("InvocationServerErrors", "fail in Bedrock"),
        above(limits.server_errors_percent, "%"), every(3),
        impact="Users do not get an answer",
        first_step="Look at the AWS Health Dashboard; call the profile of another geography, or another model")
    yield Row(key("client-errors"), errors("InvocationClientErrors", "are refused as wrong"),
        above(limits.client_errors_percent, "%"), every(3), severity="warning",
        impact="Users do not get an answer",
        first_step="Read the caller's errors: a deployment changed the model id, its access or the input's length")
    yield Row(key("quota"), used, at_least(limits.quota_percent if quota is not None else None, "%"), THREE_OF_FIVE,
        severity="warning",
        impact="Calls are about to be throttled; what running calls have reserved is not in it, so it may be sooner",
        first_step="Find what grew, lower max_tokens, and ask for a larger quota")
    yield Row(key("first-token"), guarded(", first", f"p95 time to the first token of {called}", first=first),
        above(limits.first_token_p95_milliseconds, "ms"), every(3), severity="warning",
        impact="Users wait before anything appears",
        first_step="Compare with InputTokenCount and the cache's share; if neither changed, try another geography")
    yield Row(key("slow-tokens"), speed, below(limits.tokens_per_second_below), every(3), severity="warning",
        missing="ignore",
        says=f"output of {called} comes at fewer than {number(limits.tokens_per_second_below or 0)} tokens a second in "
             "3 of 3 periods of 5 minutes",
        impact="Answers come more slowly, and not because they are longer",
        first_step="Look at the AWS Health Dashboard, and call the profile of another geography")
    yield Row(key("latency"), guarded(", latency", f"p99 latency of {called}", latency=latency),
        above(limits.latency_p99_milliseconds, "ms"), every(3), severity="warning",
        impact="One call in a hundred takes longer, and callers give up at their own timeout",
        first_step="Compare with OutputTokenCount: longer answers take longer; if they are not, try another geography")
    yield Row(key("cost"), cost(model, day, "day"), above(dollars, "US$"), severity="warning",
        says=f"the last 24 hours of {called} have cost more than {number(dollars or 0)} US$, by the prices that were "
             "given; it is over when the dear hours are a day ago",
        impact="Money: bills follow days later",
        first_step="See on the dashboard what grew: calls, input, output, or input that is no longer cached")
    yield Row(key("tokens"), twenty("EstimatedTPMQuotaUsage", "Sum"), unusual(limits.tokens_anomaly, "above"),
        every(3), severity="warning",
        impact="A loop, a new caller or an attack: it costs money, and throttling is next",
        first_step="Look in the invocation log for who called: identity.arn and requestMetadata")
    for direction, limit in (("input", limits.input_tokens_per_call), ("output", limits.output_tokens_per_call)):
        yield Row(key(f"long-{direction}"), five(f"{direction.capitalize()}TokenCount", "Maximum"),
            above(limit, "tokens"), severity="info",
            says=f"one call of {called} had more than {number(limit or 0)} {direction} tokens",
            impact="Long calls are dear and slow, and count against the quota",
            first_step="Find the call in the invocation log, and what made it so long")
    yield Row(key("legacy"), counted(day("LegacyModelInvocations", "Sum")), at_least(1 if limits.legacy else None),
        severity="warning",
        says=f"calls go to {called}, which is in its legacy stage and will be switched off; this is sent once",
        impact="After its end of life every call fails",
        first_step="Look up its date in Bedrock's model lifecycle, and move the callers to the successor")
    yield Row(key("silent"), counted(hour("Invocations", "Sum")), below(1 if silent else None), every(silent or 1),
        severity="warning",
        says=f"no one has called {called} for {number(silent or 0)} hours",
        impact="A caller broke, or calls another id: its alarms then watch nothing",
        first_step="Look at the caller's last deployment, its errors, and the model id it passes")
    # fmt: on


def _keyed(model: CalledModel, key: str) -> str:
    return join(key, model.name or "")


def _guardrail(spec: LlmSpec, guardrail: Guardrail) -> Iterator[Row]:
    source, arn = "AWS/Bedrock/Guardrails", guardrail.arn
    version = {"GuardrailArn": arn, "GuardrailVersion": guardrail.version}
    hour, five = (series(source, version, period) for period in (HOUR, FIVE))
    called = f"guardrail {arn}, version {guardrail.version}"
    drafts = series(source, version | {"GuardrailVersion": "DRAFT"}, FIVE)("Invocations", "Sum")
    evaluations = hour("Invocations", "Sum")
    intervened = Math(
        expression=f"IF(FILL(all, 0) >= {plain(guardrail.minimum_evaluations)}, 100 * FILL(stopped, 0) / all, 0)",
        metrics={"all": evaluations, "stopped": hour("InvocationsIntervened", "Sum")},
        label=f"share of evaluations by {called} that blocked or masked something",
    )
    failed = Math(
        expression=f"IF(FILL(good, 0) + FILL(bad, 0) + FILL(busy, 0) >= {plain(spec.alarms.minimum_requests)}, "
        "100 * (FILL(bad, 0) + FILL(busy, 0)) / (FILL(good, 0) + FILL(bad, 0) + FILL(busy, 0)), 0)",
        metrics={
            "good": five("Invocations", "Sum"),
            "bad": five("InvocationServerErrors", "Sum"),
            "busy": five("InvocationThrottles", "Sum"),
        },
        label=f"share of evaluations by {called} that fail or are throttled",
    )
    calls = {f"calls_{index}": _calls(model, HOUR) for index, model in enumerate(spec.models[:9])}
    bypassed = Math(
        expression=f"IF({_sum(calls)} >= {plain(spec.alarms.minimum_requests)} AND FILL(all, 0) == 0, 1, 0)",
        metrics={**calls, "all": evaluations},
        label=f"whether models are called and {called} evaluates nothing",
    )
    # fmt: off
    yield Row("intervened", intervened, above(guardrail.intervened_percent, "%"), severity="warning",
        impact="Someone attacks, or the guardrail is too strict for honest users",
        first_step="Read the guardrail's traces of that hour: which policy it was, and whose calls")
    yield Row("guardrail-failed", failed, above(guardrail.failed_percent, "%"), every(3),
        impact="Calls that go through the guardrail fail, though the model answers",
        first_step="Compare with the guardrails' quotas, and look at the AWS Health Dashboard")
    yield Row("guardrail-bypassed", bypassed, at_least(1 if guardrail.bypassed else None), every(2),
        severity="warning",
        says=f"the models have been called for 2 hours and {called} has evaluated nothing",
        impact="Calls go past it, or through another version, which this monitor does not see",
        first_step="Compare guardrailIdentifier and guardrailVersion in the caller with this monitor")
    yield Row("guardrail-draft", counted(drafts), at_least(1 if guardrail.draft else None), severity="warning",
        says=f"calls go through the working draft of guardrail {arn}",
        impact="The draft changes with every edit, and its figures are not those of the version that is watched",
        first_step="Publish a version, and let the callers name it")
    # fmt: on


def _calls(model: CalledModel, period: int) -> Metric:
    return series(BEDROCK, {"ModelId": model.id}, period)("Invocations", "Sum")


def _sum(metrics: dict[str, Metric]) -> str:
    return " + ".join(f"FILL({key}, 0)" for key in metrics)


def _agent(agent: Agent) -> Iterator[Row]:
    which = {"Operation": agent.operation, "AgentAliasArn": agent.alias_arn, "ModelId": agent.model}
    five, hour = (series("AWS/Bedrock/Agents", which, period) for period in (FIVE, HOUR))
    called, requests = f"agent {agent.alias_arn}", five("InvocationCount", "Sum")
    silent = agent.silent_hours
    errors = share(
        five("InvocationServerErrors", "Sum"), requests, f"share of requests to {called} that fail in Bedrock", 20
    )
    throttled = share(
        five("InvocationThrottles", "Sum"),
        requests,
        f"share of throttled requests to {called}",
        FEW_THROTTLES,
        floor_of="bad",
    )
    # fmt: off
    yield Row("agent-errors", errors, above(agent.server_errors_percent, "%"), every(3),
        impact="Users do not get an answer from the agent",
        first_step="Compare with the model's own alarms; if those are quiet, read the agent's traces")
    yield Row("agent-throttled", throttled, above(agent.throttled_percent, "%"), every(3),
        impact="Users do not get an answer from the agent",
        first_step="Compare with the quotas of Bedrock agents")
    yield Row("agent-silent", counted(hour("InvocationCount", "Sum")), below(1 if silent else None),
        every(silent or 1), severity="warning",
        says=f"no request to {called} has been counted for {number(silent or 0)} hours",
        impact="A caller broke; or the agent's role may not publish metrics, and its other alarms are blind",
        first_step="Send a request; if none is counted, allow the role cloudwatch:PutMetricData for AWS/Bedrock/Agents")
    # fmt: on


def _log(spec: LlmSpec, log: InvocationLog, name: str) -> Iterator[Row]:
    five, hour = (series(BEDROCK, {}, period) for period in (FIVE, HOUR))
    group = f"log group {log.log_group.full_name}"
    calls = {f"calls_{index}": _calls(model, HOUR) for index, model in enumerate(spec.models[:9])}
    silent = Math(
        expression=f"IF({_sum(calls)} > 0 AND FILL(logged, 0) == 0, 1, 0)",
        metrics={**calls, "logged": hour("ModelInvocationLogsCloudWatchDeliverySuccess", "Sum")},
        label="whether models are called and nothing is logged",
    )
    # fmt: off
    yield Row("log-failed", counted(five("ModelInvocationLogsCloudWatchDeliveryFailure", "Sum")), at_least(1),
        severity="warning",
        says=f"invocations could not be written to {group}",
        impact="Those calls are missing from audits and from usage by team, for good",
        first_step="Check the role that Bedrock writes with, the group, and the key that encrypts it")
    yield Row("log-silent", silent, at_least(1), every(2), severity="warning",
        says="models have been called for 2 hours and Bedrock has logged nothing to CloudWatch",
        impact="An account and Region have one such log: another stack, or a person, has replaced or deleted it",
        first_step="Compare Bedrock's setting for model invocation logging with this stack, and apply the stack again")
    # fmt: on
    if log.teams is not None:
        yield from _teams(spec, log.teams, name, group)
    # fmt: off
    yield Row("caller", top_caller(name), above(log.caller_tokens_per_hour), severity="warning",
        impact="One caller uses what all pay for, and the quota that all share",
        first_step=f"Open Contributor Insights rule {callers_rule(name)}: the first in the list is the caller")
    # fmt: on


def _teams(spec: LlmSpec, teams: Teams, name: str, group: str) -> Iterator[Row]:
    filters, key = spec.filters(name), teams.metadata
    for value in teams.values:
        tokens = {
            kind: filters[f"team-{kind}"].metric(
                statistic="Sum", period_seconds=HOUR, values={key: value}, label=f"{kind} tokens"
            )
            for kind in TOKENS
        }
        used = Math(expression=_sum(tokens), metrics=tokens, label=f"number of tokens of {key} {value}")
        # fmt: off
        yield Row(join("team", value), used, above(teams.tokens_per_hour), severity="warning",
            impact="One team uses what all pay for, and the quota that all share",
            first_step=f"Read its calls in {group}: requestMetadata.{key}, identity.arn, modelId")
        # fmt: on


def callers_rule(name: str) -> str:
    """The Contributor Insights rule of a monitor."""
    return join(name, "callers")


def top_caller(name: str) -> Insights:
    """The tokens of whoever sent most."""
    return Insights(
        query=f'INSIGHT_RULE_METRIC("{callers_rule(name)}", "MaxContributorValue")',
        period_seconds=HOUR,
        label="number of input tokens of the caller that sends most",
    )
