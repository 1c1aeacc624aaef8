"""The options of an LLM's parts: the models, their limits, a guardrail, an agent, the log of invocations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from constructs_lib.alarms.alarm import Count
from constructs_lib.aws import bedrock, log_limits, names
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, not_empty, shown
from constructs_lib.options.log_group import LogGroup
from constructs_lib.references import OrReference

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]
Price = Annotated[float, Field(ge=0, allow_inf_nan=False), OrReference()]
Percent = Annotated[float, Field(gt=0, lt=100, allow_inf_nan=False), OrReference()]
ErrorPercent = Annotated[float, Field(gt=0, lt=40, allow_inf_nan=False), OrReference()]
"""Where failed calls count as invocations too, they are half of both together at most."""
Hours = Annotated[int, Field(ge=1, le=24)]
ModelId = Annotated[str, checked(bedrock.model_id), OrReference()]

_METADATA = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,255}")


def _guardrail_arn(text: str) -> Problem | None:
    return names.arn(text, "bedrock", "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123def456")


def _alias_arn(text: str) -> Problem | None:
    return names.arn(text, "bedrock", "arn:aws:bedrock:us-east-1:123456789012:agent-alias/ABCDEFGHIJ/KLMNOPQRST")


def _metadata_key(text: str) -> Problem | None:
    if _METADATA.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not a key that a filter reads", "use letters, digits and underscores")


class TokenPrices(Model):
    """US dollars for a million tokens, from AWS's price list; it differs by Region and tier."""

    input: Price
    """Of the input that is not in the cache."""
    output: Price
    """Of the output."""
    cache_read: Price | None = None
    """Of input that is read from the cache. Left out: as other input, which is too much."""
    cache_write: Price | None = None
    """Of input that is written to the cache. Left out: as other input."""


class CalledModel(Model):
    """One model, as callers name it. Plain text is its `id`."""

    id: ModelId
    """What callers pass as modelId: an inference profile's id, such as us.anthropic.claude-sonnet-4-5-20250929-v1:0, or
    a model's; of an ARN the last part. Each is a series of its own."""
    name: Annotated[str, checked(names.key)] | None = None
    """What its alarms are called after. Of several models one may go without."""
    tokens_per_minute_quota: Positive | None = None
    """The account's quota for this model and kind of profile. Without it no alarm compares with a quota."""
    usd_per_million_tokens: TokenPrices | None = None
    """What it costs; without it no alarm looks at money."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors accept plain text, too."""
        return {"anyOf": [{"type": "string", "description": "What callers pass as modelId."}, handler(schema)]}


class LlmAlarms(Model):
    """Limits, each of every model; null for no such alarm."""

    throttled_percent: Percent | None = 1
    """Throttled calls in percent of all, minute by minute; with fewer than 5 in a minute it counts as 0."""
    server_errors_percent: ErrorPercent | None = 5
    """Calls that fail in Bedrock, in percent."""
    client_errors_percent: ErrorPercent | None = 20
    """Calls that Bedrock refuses as wrong, in percent: usually a deployment of the caller."""
    quota_percent: Percent | None = 80
    """Tokens a minute in percent of `tokens_per_minute_quota`, where that is given."""
    usd_per_day: Positive | None = None
    """Cost of the last 24 hours in US dollars, by `usd_per_million_tokens`."""
    tokens_anomaly: Positive | None = None
    """Half the width, in standard deviations, of the band above which the tokens of an hour are unusual."""
    input_tokens_per_call: Positive | None = None
    """Input tokens of one call that are too many: a context that was stuffed."""
    output_tokens_per_call: Positive | None = None
    """Output tokens of one call that are too many."""
    first_token_p95_milliseconds: Positive | None = None
    """How long users may wait for the first token; needs `streaming: true`."""
    tokens_per_second_below: Positive | None = None
    """Output tokens a second that are too few; needs `streaming: true`. AWS advises 80 % of the usual value."""
    latency_p99_milliseconds: Positive | None = None
    """How long a whole call may take. It grows with the answers' length."""
    legacy: bool = True
    """Whether to say that a model is going to be switched off."""
    silent_hours: Hours | None = None
    """Hours without a call that mean that a caller broke."""
    minimum_requests: Count = 20
    """Calls within five minutes below which shares and times count for nothing."""


class Guardrail(Model):
    """A guardrail that the calls go through."""

    arn: Annotated[str, checked(_guardrail_arn), OrReference()]
    """Its ARN."""
    version: Annotated[str, checked(bedrock.guardrail_version), OrReference()]
    """The version callers use, in quotes. A new one is a new series: take it by reference where Terraform makes it."""
    intervened_percent: Percent | None = None
    """Evaluations in an hour that blocked or masked something, in percent. One call is several evaluations."""
    minimum_evaluations: Count = 50
    """Evaluations in an hour below which the share counts for nothing."""
    failed_percent: ErrorPercent | None = 5
    """Evaluations that fail or are throttled, in percent."""
    bypassed: bool = True
    """Whether to say that the models are called and no call goes through this version, for two hours."""
    draft: bool = True
    """Whether to say that calls go through the working draft."""


class Agent(Model):
    """A Bedrock agent, by one of its aliases. Its role must be allowed to publish metrics."""

    alias_arn: Annotated[str, checked(_alias_arn), OrReference()]
    """The alias's ARN."""
    model: ModelId
    """The model the agent is set to, as its metrics have it."""
    operation: Literal["InvokeAgent", "InvokeInlineAgent"] = "InvokeAgent"
    """How it is called."""
    server_errors_percent: ErrorPercent | None = 5
    """Requests that fail in Bedrock, in percent."""
    throttled_percent: Percent | None = 1
    """Throttled requests in percent of all; with fewer than 5 in five minutes it counts as 0."""
    silent_hours: Hours | None = None
    """Hours without a request that mean that a caller broke, or that the agent's role may not publish."""


class Teams(Model):
    """Usage by whoever a call is for, as callers say it in the request's metadata."""

    metadata: Annotated[str, checked(_metadata_key)]
    """The key in requestMetadata, such as team."""
    values: Annotated[Items[Annotated[str, checked(names.key)]], checked(not_empty)]
    """Who there is; each is two metrics that cost money. Calls of anyone else count for no one."""
    tokens_per_hour: Positive | None = None
    """Input and output tokens of one of them in an hour that are too many."""

    def problems(self) -> Iterator[Problem]:
        """Each once, in a number CloudWatch publishes."""
        if len({*self.values}) < len(self.values):
            yield Problem("lists one twice", "remove one", path="values")
        if len(self.values) > log_limits.COMBINATIONS:
            rule = f"{len(self.values):,} values, and CloudWatch switches off a filter that publishes so many"
            yield Problem(rule, "list fewer", path="values")


class InvocationLog(Model):
    """Bedrock's log of invocations, one for an account and Region: who called what, and how many tokens it took."""

    setting: Literal["managed", "existing"]
    """managed: this stack switches it on, in place of any other; existing: it is on already, with this log group."""
    log_group: LogGroup
    """Where the log is."""
    bodies: bool = False
    """Whether prompts and answers are logged, too. Counts and callers always are."""
    teams: Teams | None = None
    """Usage by team."""
    top_callers: bool = False
    """Whether Contributor Insights lists those who send most input tokens; it costs by matched events."""
    caller_tokens_per_hour: Positive | None = None
    """Input tokens of one caller in an hour that are too many; needs `top_callers: true`."""

    def problems(self) -> Iterator[Problem]:
        """Options only where they have an effect."""
        if self.setting == "existing" and self.bodies:
            yield Problem("true, and who set up the log has decided that", "remove it", path="bodies")
        if self.setting == "existing" and self.log_group.create:
            yield Problem("true, and the log is there already", "remove it", path="log_group.create")
        if self.caller_tokens_per_hour is not None and not self.top_callers:
            rule = "has no effect where callers are not counted"
            yield Problem(rule, "write `top_callers: true`", path="caller_tokens_per_hour")
