"""What a user may say of models on Bedrock, and which alarms that gives."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.alarms.alarm import Alarm, Math, Threshold
from constructs_lib.patterns.llm import PATTERN, LlmSpec
from tests.configs import config, load, problems

SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
CHAT: dict[str, Any] = {"pattern": "llm", "models": [SONNET]}
PRICED = {"id": SONNET, "usd_per_million_tokens": {"input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75}}
GUARDRAIL = {"arn": "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123def456", "version": "3"}
AGENT = {
    "alias_arn": "arn:aws:bedrock:us-east-1:123456789012:agent-alias/ABCDEFGHIJ/KLMNOPQRST",
    "model": "us.amazon.nova-lite-v1:0",
}
LOG: dict[str, Any] = {"setting": "managed", "log_group": {"name": "/aws/bedrock/calls", "create": True}}


def table(**options: Any) -> dict[str, Alarm]:
    spec = LlmSpec.model_validate(CHAT | options)
    return {alarm.key: alarm for alarm in PATTERN.alarms(spec, "shop-chat")}


def math(alarm: Alarm) -> Math:
    assert isinstance(alarm.condition, Threshold)
    assert isinstance(alarm.condition.watch, Math)
    return alarm.condition.watch


def test_by_default_it_hears_of_what_breaks_calls() -> None:
    assert {key: alarm.severity for key, alarm in table().items()} == {
        "throttled": "critical",
        "server-errors": "critical",
        "client-errors": "warning",
        "legacy": "warning",
    }


def test_every_alarm_of_a_model_can_be_had() -> None:
    alarms = table(
        models=[PRICED | {"tokens_per_minute_quota": 1_000_000}],
        streaming=True,
        alarms={
            "usd_per_day": 200,
            "tokens_anomaly": 3,
            "input_tokens_per_call": 100_000,
            "output_tokens_per_call": 8_000,
            "first_token_p95_milliseconds": 3000,
            "tokens_per_second_below": 40,
            "latency_p99_milliseconds": 60_000,
            "silent_hours": 2,
        },
    )
    windows = {key: (alarm.evaluate.breaching, alarm.evaluate.of, alarm.missing_data) for key, alarm in alarms.items()}
    assert windows == {
        "throttled": (3, 5, "not_breaching"),
        "server-errors": (3, 3, "not_breaching"),
        "client-errors": (3, 3, "not_breaching"),
        "quota": (3, 5, "not_breaching"),
        "first-token": (3, 3, "not_breaching"),
        "slow-tokens": (3, 3, "ignore"),
        "latency": (3, 3, "not_breaching"),
        "cost": (1, 1, "not_breaching"),
        "tokens": (3, 3, "not_breaching"),
        "long-input": (1, 1, "not_breaching"),
        "long-output": (1, 1, "not_breaching"),
        "legacy": (1, 1, "not_breaching"),
        "silent": (2, 2, "breaching"),
    }


def test_tokens_of_a_minute_are_summed_up_and_compared_with_the_quota() -> None:
    used = math(table(models=[{"id": SONNET, "tokens_per_minute_quota": 2_000_000}])["quota"])
    assert used.expression == "100 * used / 2000000"
    assert (used.metrics["used"].statistic, used.period_seconds) == ("Sum", 60)
    assert "quota" not in table(), "a quota that is not given is not guessed"


def test_cached_tokens_are_read_under_both_names_and_have_their_own_price() -> None:
    cost = math(table(models=[PRICED], alarms={"usd_per_day": 200})["cost"])
    assert cost.expression == (
        "(FILL(input, 0) * 3 + FILL(output, 0) * 15 + MAX([FILL(read_1, 0), FILL(read_2, 0)]) * 0.3"
        " + MAX([FILL(written_1, 0), FILL(written_2, 0)]) * 3.75) / 1000000"
    )
    assert {metric.name for metric in cost.metrics.values()} == {
        "InputTokenCount",
        "OutputTokenCount",
        "CacheReadInputTokens",
        "CacheReadInputTokenCount",
        "CacheWriteInputTokens",
        "CacheWriteInputTokenCount",
    }


def test_cached_tokens_without_a_price_cost_what_others_cost() -> None:
    cost = math(
        table(
            models=[{"id": SONNET, "usd_per_million_tokens": {"input": 3, "output": 15}}], alarms={"usd_per_day": 200}
        )["cost"]
    )
    assert "FILL(read_2, 0)]) * 3 " in cost.expression


def test_one_model_may_go_without_a_name_and_keeps_its_alarms_when_another_joins() -> None:
    both = table(models=[SONNET, {"id": "us.amazon.nova-lite-v1:0", "name": "nova"}])
    assert {*table()} < {*both}
    assert "throttled-nova" in both
    assert both["throttled-nova"].name == "shop-chat-throttled-nova"


def test_the_guardrail_has_four_alarms_and_the_agent_three() -> None:
    alarms = table(guardrail=GUARDRAIL | {"intervened_percent": 10}, agent=AGENT | {"silent_hours": 6})
    assert {*alarms} - {*table()} == {
        "intervened",
        "guardrail-failed",
        "guardrail-bypassed",
        "guardrail-draft",
        "agent-errors",
        "agent-throttled",
        "agent-silent",
    }
    assert {metric.dimensions["GuardrailVersion"] for metric in math(alarms["intervened"]).metrics.values()} == {"3"}
    assert {metric.dimensions["GuardrailVersion"] for metric in math(alarms["guardrail-draft"]).metrics.values()} == {
        "DRAFT"
    }
    assert {frozenset(metric.dimensions) for metric in math(alarms["agent-errors"]).metrics.values()} == {
        frozenset({"Operation", "AgentAliasArn", "ModelId"})
    }


def test_the_sentences_name_the_model_and_the_limit() -> None:
    alarms = table(models=[PRICED], alarms={"usd_per_day": 200, "silent_hours": 2})
    assert alarms["cost"].summary == (
        f"the last 24 hours of Bedrock model {SONNET} have cost more than 200 US$, by the prices that were given; it "
        "is over when the dear hours are a day ago"
    )
    assert alarms["silent"].summary == f"no one has called Bedrock model {SONNET} for 2 hours"
    assert alarms["throttled"].summary == (
        f"share of throttled calls of Bedrock model {SONNET} is above 1 % in 3 of 5 periods of 1 minute"
    )


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"models": []}, "models: is empty; add an entry"),
    (
        {"models": ["uk.anthropic.claude-sonnet-4-5-20250929-v1:0"]},
        "models.0.id: 'uk' is not where a profile runs a model; use one of apac, au, ca, eu, global, jp, us, us-gov",
    ),
    (
        {"models": [f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{SONNET}"]},
        (
            "models.0.id: 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude… is an ARN, "
            f"and ModelId holds its last part; write '{SONNET}'"
        ),
    ),
    (
        {"models": ["claude-sonnet"]},
        (
            "models.0.id: 'claude-sonnet' is not what a caller of Bedrock passes; write a profile's or a model's id, "
            f"such as {SONNET}"
        ),
    ),
    (
        {"models": [SONNET, "us.amazon.nova-lite-v1:0"]},
        "models.1: has no name, as another; give it a `name`, which its alarms are called after",
    ),
    (
        {"models": [SONNET, {"id": SONNET, "name": "again"}]},
        f"models.1: {SONNET} is listed twice; remove one",
    ),
    (
        {"models": [{"id": SONNET, "tokens_per_minute_quota": 0}]},
        "models.0.tokens_per_minute_quota: 0 is not above 0; write a number above 0",
    ),
    (
        {"models": [{"id": SONNET, "usd_per_million_tokens": 3}]},
        "models.0.usd_per_million_tokens: 3 is not a mapping; write keys and values: {key: value}",
    ),
    (
        {"models": [{"id": SONNET, "price": 3}]},
        (
            "models.0.price: 'price' is not a key here; use one of id, name, tokens_per_minute_quota, "
            "usd_per_million_tokens"
        ),
    ),
    (
        {"alarms": {"usd_per_day": 200}},
        "alarms.usd_per_day: no model has a price; add `usd_per_million_tokens` to a model",
    ),
    (
        {"alarms": {"first_token_p95_milliseconds": 3000}},
        (
            "alarms.first_token_p95_milliseconds: Bedrock publishes the time to the first token of streaming calls "
            "only; write `streaming: true` if callers stream, or remove it"
        ),
    ),
    (
        {"alarms": {"server_errors_percent": 40}},
        "alarms.server_errors_percent: 40 is not below 40; write a number below 40",
    ),
    (
        {"guardrail": GUARDRAIL | {"version": "DRAFT"}},
        (
            "guardrail.version: DRAFT is the working draft, which changes under its callers; publish a version and "
            "name it"
        ),
    ),
    ({"guardrail": GUARDRAIL | {"version": 3}}, "guardrail.version: 3 is not text; write it in quotes"),
    (
        {"invocation_log": LOG | {"setting": "existing"}},
        "invocation_log.log_group.create: true, and the log is there already; remove it",
    ),
    (
        {"invocation_log": LOG | {"caller_tokens_per_hour": 5}},
        (
            "invocation_log.caller_tokens_per_hour: has no effect where callers are not counted; write "
            "`top_callers: true`"
        ),
    ),
    (
        {"invocation_log": LOG | {"teams": {"metadata": "cost-center", "values": ["a"]}}},
        (
            "invocation_log.teams.metadata: 'cost-center' is not a key that a filter reads; use letters, digits and "
            "underscores"
        ),
    ),
    (
        {"invocation_log": LOG | {"teams": {"metadata": "team", "values": ["a", "a"]}}},
        "invocation_log.teams.values: lists one twice; remove one",
    ),
]


@pytest.mark.parametrize(("options", "problem"), REFUSED, ids=[problem.partition(";")[0] for _, problem in REFUSED])
def test_what_could_not_fire_is_refused(options: dict[str, Any], problem: str) -> None:
    assert problems(config({"chat": CHAT | options})) == [f"monitors.chat.{problem}"]


def test_a_price_without_a_unit_is_refused_with_every_missing_part() -> None:
    options = {"models": [{"id": SONNET, "usd_per_million_tokens": {"input": 3}}]}
    assert problems(config({"chat": CHAT | options})) == [
        "monitors.chat.models.0.usd_per_million_tokens.output: is missing; add it"
    ]


MANAGED = CHAT | {"invocation_log": LOG}


def test_two_stacks_that_manage_the_log_of_one_account_and_region_are_refused() -> None:
    data = config({"chat": MANAGED})
    other = MANAGED | {"invocation_log": LOG | {"log_group": {"name": "/aws/bedrock/others", "create": True}}}
    data["stacks"]["staging"] = data["stacks"]["production"] | {"monitors": {"chat": other}}
    assert problems(data) == [
        (
            "stacks.staging.monitors.chat: sets Bedrock's log of invocations, as stacks.production.monitors.chat does; "
            "let one monitor manage it, and write `setting: existing` in the others"
        )
    ]
    data["stacks"]["staging"]["region"] = "eu-west-1"
    assert problems(data) == []


def test_two_monitors_of_a_stack_do_not_both_manage_it_either() -> None:
    other = MANAGED | {"invocation_log": LOG | {"log_group": {"name": "/aws/bedrock/others", "create": True}}}
    (problem,) = problems(config({"chat": MANAGED, "other": other}))
    assert problem.startswith("monitors.other: sets Bedrock's log of invocations")
    shared = CHAT | {"invocation_log": {"setting": "existing", "log_group": {"made_by": "chat"}}}
    assert problems(config({"chat": MANAGED, "other": shared})) == []


@pytest.mark.parametrize(
    ("model", "note"),
    [
        (
            "anthropic.claude-sonnet-4-5-20250929-v1:0",
            "Bedrock serves anthropic.claude-sonnet-4-5-20250929-v1:0 through",
        ),
        ("anthropic.claude-opus-4-6-v1", "call and watch one, such as us.anthropic.claude-opus-4-6-v1"),
        ("newcomer.model-v1:0", "'newcomer' is not a provider of models this library knows"),
        ("anthropic.claude-3-haiku-20240307-v1:0", None),
        ("amazon.nova-pro-v1:0", None),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", None),
        ("a1b2c3d4e5f6", None),
        ("${var.model}", None),
    ],
)
def test_check_notes_ids_that_are_strange(model: str, note: str | None) -> None:
    notes = [*map(str, load(config({"chat": CHAT | {"models": [model]}})).notes())]
    assert len(notes) == (note is not None)
    if note is not None:
        assert notes[0].startswith("stacks.production.monitors.chat.models.0.id: ")
        assert note in notes[0]


def test_every_value_may_be_a_reference() -> None:
    options = {
        "models": [
            {
                "id": "${var.model}",
                "tokens_per_minute_quota": "${var.quota}",
                "usd_per_million_tokens": {"input": "${var.input}", "output": "${var.output}"},
            }
        ],
        "alarms": {"throttled_percent": "${var.t}", "usd_per_day": "${var.usd}", "minimum_requests": "${var.few}"},
        "guardrail": {"arn": "${var.guardrail}", "version": "${var.published}", "intervened_percent": "${var.much}"},
        "agent": {"alias_arn": "${var.alias}", "model": "${var.model}"},
        "invocation_log": {"setting": "existing", "log_group": {"name": "${var.group}"}},
    }
    assert problems(config({"chat": CHAT | options})) == []
