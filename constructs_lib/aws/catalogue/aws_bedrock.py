"""Amazon Bedrock's model invocations (bedrock-runtime)."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_FAILED = "Users do not get an answer"
_COST = "Bedrock charges for every token"
_QUOTAS = "Compare with the model's quotas, and ask for more or spread the calls with an inference profile"


def _subject(dimensions: Mapping[str, str]) -> str:
    return f"Bedrock model {dimensions['ModelId']}" if "ModelId" in dimensions else "all Bedrock models of the account"


def _count(meaning: str, impact: str, first_step: str) -> MetricFacts:
    return MetricFacts(meaning=meaning, unit="count", statistics=("Sum",), impact=impact, first_step=first_step)


def _time(meaning: str, requires: str | None = None) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="milliseconds",
        statistics=("p99", "p95", "p90", "Average", "Maximum"),
        impact="Users wait longer for an answer",
        first_step="Compare with the length of the answers, OutputTokenCount; if they did not grow, try another Region",
        requires=requires,
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
        "Invocations": _count(
            "invocations",
            "Fewer than usual mean that a caller broke (a full stop is not seen); more mean cost and throttling ahead",
            "Look at what calls the model: its last deployment and its errors",
        ),
        "InvocationLatency": _time("latency"),
        "TimeToFirstToken": _time("time to the first token", requires="streaming calls"),
        "InvocationClientErrors": _count(
            "calls refused as wrong", _FAILED, "Read the caller's errors: access, model id, input length"
        ),
        "InvocationServerErrors": _count(
            "calls that failed in Bedrock", _FAILED, "Look at the AWS Health Dashboard, and let callers retry"
        ),
        "InvocationThrottles": _count("throttled calls", _FAILED, _QUOTAS),
        "InputTokenCount": _count("input tokens", _COST, "Look for longer prompts or more callers"),
        "OutputTokenCount": _count("output tokens", _COST, "Look for longer answers or more callers"),
        # The page lists the first pair; accounts have been seen to hold the second.
        **{
            f"Cache{way}InputToken{suffix}": _count(f"input tokens {words} the prompt cache", _COST, step)
            for suffix in ("s", "Count")
            for way, words, step in (
                ("Read", "read from", "Compare with the input tokens: a prompt that changed is read from no cache"),
                ("Write", "written to", "Look for prompts that change with each call"),
            )
        },
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
    },
)
