"""What the dashboard shows of a model besides its alarms: tokens, money, time per token, and the cache's share."""

from __future__ import annotations

from collections.abc import Callable

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.figure import Figure
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import series
from constructs_lib.patterns.llm.options import CalledModel
from constructs_lib.patterns.llm.spec import LlmSpec
from constructs_lib.units import plain

BEDROCK = "AWS/Bedrock"
MILLION = 1_000_000
SPENT_DAYS = 30
"""About as long as a bill."""

READ, WRITTEN = ("MAX([FILL(read_1, 0), FILL(read_2, 0)])", "MAX([FILL(written_1, 0), FILL(written_2, 0)])")
"""Each is published under one of two names."""


def cached(of: Callable[[str, str], Metric], kind: str, word: str) -> dict[str, Metric]:
    """Both spellings of a count of cached tokens."""
    names = (f"Cache{kind}InputTokens", f"Cache{kind}InputTokenCount")
    return {f"{word}_{index}": of(name, "Sum") for index, name in enumerate(names, start=1)}


def cost(model: CalledModel, of: Callable[[str, str], Metric], period: str) -> Math:
    """US dollars in a period, by the model's prices; without any they are 0."""
    prices = model.usd_per_million_tokens
    dear = prices.input if prices is not None else 0
    read = prices.cache_read if prices is not None and prices.cache_read is not None else dear
    written = prices.cache_write if prices is not None and prices.cache_write is not None else dear
    parts = (
        ("FILL(input, 0)", dear),
        ("FILL(output, 0)", prices.output if prices is not None else 0),
        (READ, read),
        (WRITTEN, written),
    )
    terms = " + ".join(f"{tokens} * {plain(price)}" for tokens, price in parts)
    return Math(
        expression=f"({terms}) / {MILLION}",
        metrics={
            "input": of("InputTokenCount", "Sum"),
            "output": of("OutputTokenCount", "Sum"),
            **cached(of, "Read", "read"),
            **cached(of, "Write", "written"),
        },
        label=f"cost of Bedrock model {model.id} in US$ a {period}",
    )


def charts(spec: LlmSpec) -> tuple[Math, ...]:
    """Graphs of each model."""
    return tuple(chart for model in spec.models for chart in _charts(model))


def figures(spec: LlmSpec) -> tuple[Figure, ...]:
    """What each model with prices has cost."""
    return tuple(
        Figure(f"US$ for {model.id} over {SPENT_DAYS} days, by its tokens", _spent(model), SPENT_DAYS)
        for model in spec.models
        if model.usd_per_million_tokens is not None
    )


def _spent(model: CalledModel) -> Math:
    return cost(model, series(BEDROCK, {"ModelId": model.id}, 60), "minute")


def _charts(model: CalledModel) -> tuple[Math, ...]:
    hour, five = (series(BEDROCK, {"ModelId": model.id}, period) for period in (3_600, 300))
    called = f"Bedrock model {model.id}"
    counts = {
        "input": five("InputTokenCount", "Sum"),
        **cached(five, "Read", "read"),
        **cached(five, "Write", "written"),
    }
    all_input = f"(FILL(input, 0) + {READ} + {WRITTEN})"
    tokens = Math(
        expression=f"({all_input} + FILL(output, 0)) / 5",
        metrics={**counts, "output": five("OutputTokenCount", "Sum")},
        label=f"tokens a minute of {called}, cached ones included",
    )
    per_token = Math(
        expression="latency / output",
        metrics={"latency": five("InvocationLatency", "Average"), "output": five("OutputTokenCount", "Average")},
        label=f"milliseconds per output token of {called}",
    )
    hits = Math(
        expression=f"100 * {READ} / {all_input}",
        metrics=counts,
        label=f"share of the input of {called} that comes from the cache in %",
    )
    money = (cost(model, hour, "hour"),) if model.usd_per_million_tokens is not None else ()
    return (tokens, *money, per_token, hits)
