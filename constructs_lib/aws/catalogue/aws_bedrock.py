"""Amazon Bedrock: model invocations (bedrock-runtime), guardrails, agents and AgentCore."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_FAILED = "Users do not get an answer"
_WAIT = "Users wait longer for an answer"
_COST = "Bedrock charges for every token"
_QUOTAS = "Compare with the model's quotas, and ask for more or spread the calls with an inference profile"
_CALLER = "Look at what calls the model: its last deployment and its errors"
_HEALTH = "Look at the AWS Health Dashboard, and let callers retry"
_WRONG_CALL = "Read the caller's errors: access, model id, input length"
_TRAFFIC = "Fewer than usual mean that a caller broke (a full stop is not seen); more mean cost and throttling ahead"
_CACHE = "Cached tokens cost a part of uncached ones, and agents send most of theirs again and again"
_ACCOUNT_ONLY = dimension_sets("")
_AUDIT = "Calls are missing from the log of invocations, and so from audits and from usage by team"


def _subject(dimensions: Mapping[str, str]) -> str:
    return f"Bedrock model {dimensions['ModelId']}" if "ModelId" in dimensions else "all Bedrock models of the account"


def _count(
    meaning: str,
    impact: str,
    first_step: str,
    *,
    statistics: tuple[str, ...] = ("Sum",),
    sets: tuple[frozenset[str], ...] = (),
    requires: str | None = None,
) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=statistics,
        impact=impact,
        first_step=first_step,
        dimension_sets=sets,
        requires=requires,
    )


def _time(
    meaning: str,
    first_step: str = "Compare with the length of the answers, OutputTokenCount; if they did not grow, try another "
    "Region",
    requires: str | None = None,
) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="milliseconds",
        statistics=("p99", "p95", "p90", "Average", "Maximum"),
        impact=_WAIT,
        first_step=first_step,
        requires=requires,
    )


def _tokens(meaning: str, impact: str, first_step: str) -> MetricFacts:
    """One value a call: its average is that of calls, its maximum the longest one."""
    return _count(meaning, impact, first_step, statistics=("Sum", "Average", "Maximum", "p99", "p50"))


def _delivery(meaning: str) -> MetricFacts:
    return _count(
        meaning,
        _AUDIT,
        "Check the role, the key and the target of Bedrock's model invocation logging",
        sets=_ACCOUNT_ONLY,
        requires="model invocation logging",
    )


NAMESPACE = Namespace(
    name="AWS/Bedrock",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html",
    # ModelId is whatever was called: a model's id, or that of an inference profile such as us.anthropic.…
    dimension_sets=dimension_sets("ModelId", ""),
    subject=_subject,
    other_sets=True,  # by service tier and context window
    lists_all=False,
    metrics={
        "Invocations": _count("invocations", _TRAFFIC, _CALLER),
        "InvocationLatency": _time("latency"),
        "TimeToFirstToken": _time("time to the first token", requires="streaming calls"),
        "InvocationClientErrors": _count("calls refused as wrong", _FAILED, _WRONG_CALL),
        "InvocationServerErrors": _count("calls that failed in Bedrock", _FAILED, _HEALTH),
        "InvocationThrottles": _count("throttled calls", _FAILED, _QUOTAS),
        "InputTokenCount": _tokens("input tokens", _COST, "Look for longer prompts or more callers"),
        "OutputTokenCount": _tokens("output tokens", _COST, "Look for longer answers or more callers"),
        # AWS's page had the first name of each pair, and series have been seen under the second.
        "CacheReadInputTokens": _tokens("input tokens read from the cache", _CACHE, _CALLER),
        "CacheReadInputTokenCount": _tokens("input tokens read from the cache", _CACHE, _CALLER),
        "CacheWriteInputTokens": _tokens("input tokens written to the cache", _CACHE, _CALLER),
        "CacheWriteInputTokenCount": _tokens("input tokens written to the cache", _CACHE, _CALLER),
        "OutputImageCount": _count("images made", "Bedrock charges for every image", "Look for more callers"),
        "EstimatedTPMQuotaUsage": MetricFacts(
            # One value a call; its sum over a minute is what the quota in tokens per minute counts.
            meaning="tokens counted against the tokens-per-minute quota",
            unit="tokens",
            statistics=("Sum",),
            impact="Above the quota calls are throttled",
            first_step=_QUOTAS,
        ),
        "LegacyModelInvocations": _count(
            "calls of models that are going away", "The model will be switched off", "Move the callers to its successor"
        ),
        "ModelInvocationLogsCloudWatchDeliverySuccess": _delivery("invocations logged to CloudWatch"),
        "ModelInvocationLogsCloudWatchDeliveryFailure": _delivery("invocations that could not be logged to CloudWatch"),
        "ModelInvocationLogsS3DeliverySuccess": _delivery("invocations logged to S3"),
        "ModelInvocationLogsS3DeliveryFailure": _delivery("invocations that could not be logged to S3"),
        "ModelInvocationLargeDataS3DeliverySuccess": _delivery("large bodies stored in S3"),
        "ModelInvocationLargeDataS3DeliveryFailure": _delivery("large bodies that could not be stored in S3"),
    },
)


def _guardrail(dimensions: Mapping[str, str]) -> str:
    if "GuardrailArn" in dimensions:
        return f"guardrail {dimensions['GuardrailArn']}, version {dimensions['GuardrailVersion']}"
    return f"all guardrails of the account ({', '.join(f'{k} {v}' for k, v in sorted(dimensions.items()))})"


_REASONING = dimension_sets("PolicyArn PolicyVersion", "FindingType PolicyArn PolicyVersion")
_POLICY_TOO = dimension_sets(
    "GuardrailArn GuardrailVersion", "Operation", "GuardrailContentSource", "GuardrailPolicyType"
)
_GUARDRAIL_STEP = "Read the newest traces of the guardrail, and who sent what it stopped"


def _reasoning(dimensions: Mapping[str, str]) -> str:
    return f"automated reasoning policy {dimensions['PolicyArn']}, version {dimensions['PolicyVersion']}"


GUARDRAILS = Namespace(
    name="AWS/Bedrock/Guardrails",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-guardrails-cw-metrics.html",
    # Of one guardrail there are totals only; the others are of all guardrails of the account.
    dimension_sets=dimension_sets("GuardrailArn GuardrailVersion", "Operation", "GuardrailContentSource"),
    subject=lambda dimensions: _reasoning(dimensions) if "PolicyArn" in dimensions else _guardrail(dimensions),
    other_sets=True,  # a source has the policy together with the operation
    lists_all=False,
    metrics={
        "Invocations": _count("evaluations", "Fewer than usual mean that calls pass it by", _CALLER),
        "InvocationLatency": _time("latency", "Compare with the length of what is evaluated"),
        "InvocationClientErrors": _count("evaluations refused as wrong", _FAILED, "Read the caller's errors"),
        "InvocationServerErrors": _count("evaluations that failed in Bedrock", _FAILED, _HEALTH),
        "InvocationThrottles": _count("throttled evaluations", _FAILED, "Compare with the guardrails' quotas"),
        "TextUnitCount": _count("text units", "Guardrails charge by them", _CALLER, sets=_POLICY_TOO),
        "InvocationsIntervened": _count(
            "evaluations that blocked or masked something",
            "Users attack, or the guardrail is too strict for them",
            _GUARDRAIL_STEP,
            sets=_POLICY_TOO,
        ),
        "FindingCounts": _count("findings", "Answers contradict the policy", _GUARDRAIL_STEP, sets=_REASONING),
        "TotalFindings": _count("findings", "Answers contradict the policy", _GUARDRAIL_STEP, sets=_REASONING),
    },
)


def _agent(dimensions: Mapping[str, str]) -> str:
    which = dimensions.get("AgentAliasArn")
    parts = [f"agent {which}" if which else "all Bedrock agents of the account", dimensions["Operation"]]
    return ", ".join([*parts, *([f"model {dimensions['ModelId']}"] if "ModelId" in dimensions else [])])


_PERMITTED = "an agent's role that may cloudwatch:PutMetricData to AWS/Bedrock/Agents"
_OF_ALL_OR_ALIAS = dimension_sets("Operation", "AgentAliasArn ModelId Operation")


def _of_agent(meaning: str, impact: str, first_step: str) -> MetricFacts:
    return _count(meaning, impact, first_step, sets=_OF_ALL_OR_ALIAS, requires=_PERMITTED)


def _of_model(meaning: str, impact: str, first_step: str) -> MetricFacts:
    return _count(meaning, impact, first_step, requires=_PERMITTED)


AGENTS = Namespace(
    name="AWS/Bedrock/Agents",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-agents-cw-metrics.html",
    dimension_sets=dimension_sets("Operation", "ModelId Operation", "AgentAliasArn ModelId Operation"),
    subject=_agent,
    lists_all=False,
    metrics={
        "InvocationCount": _of_agent("requests", _TRAFFIC, "Look at what calls the agent"),
        "TotalTime": _time("time of a request", "Compare with ModelLatency: the rest is the agent's tools", _PERMITTED),
        "TTFT": MetricFacts(
            meaning="time to the first token",
            unit="milliseconds",
            statistics=("p99", "p95", "p90", "Average", "Maximum"),
            impact=_WAIT,
            first_step="Compare with ModelLatency: the rest is the agent's tools",
            dimension_sets=_OF_ALL_OR_ALIAS,
            requires=_PERMITTED,
        ),
        "InvocationThrottles": _of_agent("throttled requests", _FAILED, "Compare with the agents' quotas"),
        "InvocationServerErrors": _of_model("requests that failed in Bedrock", _FAILED, _HEALTH),
        "InvocationClientErrors": _of_agent("requests refused as wrong", _FAILED, "Read the agent's traces"),
        "ModelLatency": _time("latency of the model", requires=_PERMITTED),
        "ModelInvocationCount": _of_model("calls of the model", _TRAFFIC, "Look for a loop in the agent's traces"),
        "ModelInvocationThrottles": _of_model("throttled calls of the model", _FAILED, _QUOTAS),
        "ModelInvocationServerErrors": _of_model("calls of the model that failed in Bedrock", _FAILED, _HEALTH),
        "ModelInvocationClientErrors": _of_agent("calls of the model refused as wrong", _FAILED, _WRONG_CALL),
        "InputTokenCount": _of_model("input tokens", _COST, "Look for a loop in the agent's traces"),
        "OutputTokenCount": _of_model("output tokens", _COST, "Look for a loop in the agent's traces"),
    },
)


def _agent_core(dimensions: Mapping[str, str]) -> str:
    return f"AgentCore {', '.join(f'{name} {value}' for name, value in sorted(dimensions.items()))}"


_AGENT_CORE_STEP = "Read the newest errors in the resource's own log group, and its traces"

AGENT_CORE = Namespace(
    name="AWS/Bedrock-AgentCore",
    source="https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/observability-runtime-metrics.html",
    # They differ by what it is: a runtime, a memory or tool, a gateway. AWS lists dimensions one by one, not in sets.
    dimension_sets=dimension_sets("Resource", "Name Operation", "Operation Resource", "Operation Protocol Resource"),
    subject=_agent_core,
    other_sets=True,
    lists_all=False,
    metrics={
        "Invocations": _count("invocations", _TRAFFIC, "Look at what calls it: its last deployment and its errors"),
        "Throttles": _count("throttled invocations", _FAILED, "Compare with the quotas of AgentCore"),
        "SystemErrors": _count("invocations that failed in AgentCore", _FAILED, _HEALTH),
        "UserErrors": _count("invocations refused as wrong", _FAILED, _AGENT_CORE_STEP),
        "TotalErrors": _count("invocations that failed", _FAILED, _AGENT_CORE_STEP),
        "Latency": _time("latency", _AGENT_CORE_STEP),
        "Sessions": _count("sessions", _TRAFFIC, "Look at what calls it: its last deployment and its errors"),
    },
)
