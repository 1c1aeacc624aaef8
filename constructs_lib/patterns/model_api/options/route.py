"""One route of the API: who answers it, and what a request must look like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Annotated, Any

from pydantic import Field

from constructs_lib.alarms.alarm import Count, Number
from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, shown
from constructs_lib.options.link import EndpointLink
from constructs_lib.patterns.model_api import api_gateway
from constructs_lib.patterns.model_api.api_gateway import Method
from constructs_lib.references import OrReference, above, is_reference, of_literals

Milliseconds = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]

_FUNCTION = re.compile(r"[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?")
_FUNCTION_ARN = re.compile(r"function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?")
_LATEST = ":$LATEST"
_PARAMETER = re.compile(r"[A-Za-z0-9._-]+")
_JSON = "application/json"
_CONTENT_TYPE = re.compile(r"(application|text)/[A-Za-z0-9.+-]+")
_BINARY = ("application/octet-stream", "application/x-npy", "application/x-recordio-protobuf", "application/x-image")


def _function(name: str) -> Problem | None:
    example = "arn:aws:lambda:us-east-1:123456789012:function:ranker"
    if name.startswith("arn:"):
        broken = names.arn(name, "lambda", example)
        if broken is None and not _FUNCTION_ARN.fullmatch(name.split(":", 5)[5]):
            broken = Problem(f"{shown(name)} is not a function's ARN", f"write it like {example}")
        if broken is not None:
            return broken
    elif not _FUNCTION.fullmatch(name):
        return Problem(f"{shown(name)} is not a function", f"write its name, name:alias, or {example}")
    if name.endswith(_LATEST):
        return Problem(
            f"{shown(name)} can't be given a permission, and API Gateway could not call it",
            f"write {name.removesuffix(_LATEST)}, which calls the latest, too",
        )
    return None


def _word(text: str) -> Problem | None:
    if _PARAMETER.fullmatch(text):
        return None
    return Problem(f"{shown(text)} can't name a parameter", "use letters, digits, dots, hyphens and underscores")


def _content_type(text: str) -> Problem | None:
    if not _CONTENT_TYPE.fullmatch(text) or text in _BINARY:
        return Problem(
            f"{shown(text)} is not a type of text, and API Gateway passes a model nothing else",
            "write application/json or text/csv, or put a function before the model",
        )
    return None


class Throttle(Model):
    """How many requests are let in; the rest get 429."""

    rate_per_second: Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]
    """Requests per second in the long run."""
    burst: Count
    """Requests at once: the size of the bucket that the rate refills."""

    def problems(self) -> Iterator[Problem]:
        """The bucket holds a second's worth."""
        if broken := api_gateway.burst(self.burst, self.rate_per_second):
            yield broken


class RequestRules(Model):
    """What a request must look like. Any other gets 400 and costs no model time."""

    body: Mapping[str, Any] | None = None
    """JSON Schema (draft 4) of the body; `maxLength` and `maxItems` bound what a request may cost."""
    headers: Items[Annotated[str, checked(_word)]] = ()
    """Headers that must be there."""
    query: Items[Annotated[str, checked(_word)]] = ()
    """Query parameters that must be there."""

    def problems(self) -> Iterator[Problem]:
        """At least one rule, and a schema that is one."""
        if self.body is None and not self.headers and not self.query:
            yield Problem("no rule is given", "give body, headers or query, or remove request")
        if self.body is not None and not {"type", "$ref", "oneOf", "anyOf", "allOf"} & self.body.keys():
            yield Problem(
                f"{shown(dict(self.body))} lets any body in", "begin with `type: object`, then properties", path="body"
            )
        for path, value in _beyond_json(self.body, "body"):
            yield Problem(f"{shown(value)} has no place in a JSON document", "write it as text", path=path)


def _beyond_json(value: object, path: str) -> Iterator[tuple[str, object]]:
    """What JSON has no words for, such as a date, and Terraform neither."""
    match value:
        case Mapping():
            for key, item in value.items():
                yield from _beyond_json(item, f"{path}.{key}")
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _beyond_json(item, f"{path}.{index}")
        case float() if not isfinite(value):
            yield path, value
        case None | bool() | int() | float() | str():
            pass
        case _ if not is_reference(value):
            yield path, value


class Route(Model):
    """One method of one path, answered by a Lambda function or a SageMaker endpoint."""

    path: Annotated[str, checked(api_gateway.path)]
    """Path below the stage: /rank, /users/{user}, /{proxy+}."""
    method: Method = "POST"
    """HTTP method, or ANY. Models are asked with POST."""
    function: Annotated[str, checked(_function), OrReference()] | None = Field(default=None, validation_alias="lambda")
    """Lambda function that answers: its name, name:alias, or ARN."""
    sagemaker_endpoint: EndpointLink | None = None
    """SageMaker endpoint that answers: a monitor of this file, or `{existing: name}`."""
    content_type: Annotated[str, checked(_content_type)] = _JSON
    """What a SageMaker endpoint takes; a request of any other type gets 415. A function takes anything."""
    timeout_milliseconds: Annotated[int, checked(api_gateway.timeout), OrReference()] = (
        api_gateway.DEFAULT_TIMEOUT_MILLISECONDS
    )
    """How long to wait for the answer. 29 seconds is API Gateway's limit unless your quota was raised."""
    throttle: Throttle | None = None
    """Limits of this route alone, in place of the stage's."""
    request: RequestRules | None = None
    """What a request must look like; anything, if left out."""
    latency_p99_milliseconds: Milliseconds | None = None
    """An alarm of this route's own, for a model that is slower or faster than the others."""

    def problems(self) -> Iterator[Problem]:
        """One backend, within its own limits."""
        if (self.function is None) == (self.sagemaker_endpoint is None):
            found = "nothing" if self.function is None else "lambda and sagemaker_endpoint"
            yield Problem(f"{found} answers {self.key}", "write either lambda or sagemaker_endpoint")
        if self.sagemaker_endpoint is not None:
            yield from self._endpoint_problems()
        elif "content_type" in self.model_fields_set:
            yield Problem("a function takes any type of content", "remove it", path="content_type")
        if self.latency_p99_milliseconds is not None and self.method == "ANY":
            yield Problem(
                "ANY is not a series of its own: API Gateway counts each method by itself",
                "list the methods, or use the stage's alarm",
                path="latency_p99_milliseconds",
            )
        if self.throttle is not None and self.method == "ANY":
            yield Problem(
                "ANY can't have limits of its own in API Gateway",
                "list the methods, or give the limits to the stage",
                path="throttle",
            )
        if broken := above_timeout(self.latency_p99_milliseconds, self.timeout_milliseconds):
            yield broken.under("latency_p99_milliseconds")

    def _endpoint_problems(self) -> Iterator[Problem]:
        slowest = api_gateway.ENDPOINT_TIMEOUT_MILLISECONDS
        if above(self.timeout_milliseconds, slowest):
            yield Problem(
                f"{self.timeout_milliseconds} is longer than SageMaker waits for a model",
                f"write {slowest} or less",
                path="timeout_milliseconds",
            )
        if self.method in ("GET", "HEAD"):
            yield Problem(f"{self.method} has no body to give to the model", "write POST", path="method")
        if self.content_type != _JSON and self.request is not None and self.request.body is not None:
            yield Problem(
                f"a schema is applied to {_JSON} only, and this route takes {self.content_type}",
                "remove it, or the content_type",
                path="request.body",
            )

    @property
    def key(self) -> str:
        """`POST /rank`, as outputs and errors say it."""
        return f"{self.method} {self.path}"

    @property
    def backend(self) -> str:
        """Who answers, in words: `function ranker`."""
        if self.function is not None:
            return f"function {self.function.split(':function:')[-1]}"
        assert self.sagemaker_endpoint is not None  # `problems` has made sure  # noqa: S101
        return f"endpoint {self.sagemaker_endpoint.name}"

    @property
    def log(self) -> str:
        """Where who answers writes. A function has one log group, whatever its aliases; it may be set to another."""
        if self.sagemaker_endpoint is not None:
            return f"log group /aws/sagemaker/Endpoints/{self.sagemaker_endpoint.name}"
        function = (self.function or "").split(":function:")[-1]
        if is_reference(function):
            return f"the log of {self.backend}"
        return f"log group /aws/lambda/{function.partition(':')[0]}"

    @property
    def name(self) -> str:
        """`post-rank`, as a part of names; different for every route of an API."""
        return names.join(self.method.lower(), api_gateway.path_key(self.path))


@of_literals
def above_timeout(limit: Number | None, *timeouts: int) -> Problem | None:
    """A latency that no request reaches: it gets its answer, or the longest timeout, before."""
    assert limit is not None  # of what is left out nothing is asked  # noqa: S101
    timeout_milliseconds = max(timeouts)
    if limit < timeout_milliseconds:
        return None
    return Problem(
        f"{limit:g} is not below the integration's timeout of {timeout_milliseconds}: no request takes that long",
        "write less, or raise timeout_milliseconds",
    )
