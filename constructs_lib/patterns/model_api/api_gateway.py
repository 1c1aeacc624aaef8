"""API Gateway's limits on REST APIs, as checks that need nothing but the value.

They cover what the Terraform provider lets through to fail at apply, or to deploy something that does not do what it
says. Sources: the API Gateway developer guide ("Quotas for configuring and running a REST API in API Gateway",
"Amazon API Gateway dimensions and metrics", "Throttle requests to your REST APIs") and its API reference.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal, get_args

from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.model import shown
from constructs_lib.references import of_literals

Method = Literal["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
METHODS: tuple[Method, ...] = get_args(Method)

DEFAULT_TIMEOUT_MILLISECONDS = 29_000
"""How long API Gateway waits for an answer unless the account's quota was raised."""
MIN_TIMEOUT_MILLISECONDS, MAX_TIMEOUT_MILLISECONDS = 50, 300_000
ENDPOINT_TIMEOUT_MILLISECONDS = 60_000
"""How long SageMaker waits for a model (developer guide: "How containers serve requests")."""
ACCOUNT_BURST = 5_000
"""Requests in the bucket that all APIs of an account and Region share, by default; the rate is 10,000 a second."""
RESOURCES = 300
"""Path segments per API: each prefix that routes share counts once."""
POLICY_CHARACTERS = 8_192

_KEY_CHARACTERS = 80
"""Of a path in names: an alarm's has 255, and begins with project, stack, monitor and what it is about."""

_STAGE = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PRINTABLE_ASCII = re.compile(r"[ -~]{1,1024}")
_SEGMENT = re.compile(r"[A-Za-z0-9._:-]+")
_PARAMETER = re.compile(r"\{([A-Za-z0-9._:-]+)(\+?)\}")
_PLAIN_SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WEB_ACL = re.compile(r"(?P<scope>regional|global)/webacl/[^/]+/[^/]+")
_VPC_ENDPOINT = re.compile(r"vpce-[0-9a-f]{8,17}")


def stage_name(name: str) -> Problem | None:
    """1 to 128 letters, digits, hyphens and underscores."""
    if _STAGE.fullmatch(name):
        return None
    return Problem(f"{shown(name)} is not a stage name", "write 1 to 128 letters, digits, hyphens and underscores")


@of_literals
def api_name(name: str) -> Problem | None:
    """Printable ASCII: CloudWatch drops other characters from the dimension ApiName, and no alarm would find it."""
    if _PRINTABLE_ASCII.fullmatch(name):
        return None
    return Problem(
        f"{shown(name)} can't name the API: its metrics would appear under another name",
        "use letters, digits and hyphens",
    )


def path(text: str) -> Problem | None:
    """`/`, or segments of letters, digits and `. _ - :`, each of which may be a parameter in braces."""
    fix = "write it like /v1/rank, /users/{user} or /{proxy+}"
    if not text.startswith("/"):
        return Problem(f"{shown(text)} does not begin with a slash", fix)
    parameters: list[str] = []
    parts = segments(text)
    for place, part in enumerate(parts):
        parameter = _PARAMETER.fullmatch(part)
        if parameter and parameter[2] and place < len(parts) - 1:
            return Problem(f"{shown(text)} goes on after {part}, which takes all the rest", f"end it with {part}")
        if parameter:
            parameters.append(parameter[1])
        elif "{" in part or "}" in part:
            return Problem(f"{shown(text)} has a bad parameter, {shown(part)}", fix)
        elif not _SEGMENT.fullmatch(part):
            what = "an empty segment" if not part else f"a character API Gateway refuses, in {shown(part)}"
            return Problem(f"{shown(text)} has {what}", fix)
    if len(set(parameters)) < len(parameters):
        return Problem(f"{shown(text)} names two parameters alike", "rename one")
    return None


def segments(text: str) -> tuple[str, ...]:
    """The segments of a path: `/v1/rank` → `("v1", "rank")`; none of `/`."""
    return () if text == "/" else tuple(text.removeprefix("/").split("/"))


def prefixes(text: str) -> tuple[str, ...]:
    """The path of every segment on the way: `/v1/rank` → `("/v1", "/v1/rank")`; none of `/`."""
    parts = segments(text)
    return tuple("/" + "/".join(parts[: count + 1]) for count in range(len(parts)))


def is_parameter(segment: str) -> bool:
    """Whether it is `{user}` or `{proxy+}`."""
    return bool(_PARAMETER.fullmatch(segment))


def path_key(text: str) -> str:
    """A path as a part of names: `/v1/rank` → `v1--rank`, and different paths stay different.

    Whatever is longer, or has more in it than small letters, digits and single hyphens, ends with a short hash of
    itself.
    """
    parts = segments(text)
    readable = "--".join(re.sub(r"[^a-z0-9-]+", "-", part.lower()).strip("-") for part in parts)
    if len(readable) <= _KEY_CHARACTERS and all(_PLAIN_SEGMENT.fullmatch(part) for part in parts):
        return readable
    return names.join(readable[:_KEY_CHARACTERS].rstrip("-"), hashlib.sha256(text.encode()).hexdigest()[:6])


def timeout(milliseconds: int) -> Problem | None:
    """50 milliseconds to 5 minutes; above 29 seconds only with a raised quota."""
    if MIN_TIMEOUT_MILLISECONDS <= milliseconds <= MAX_TIMEOUT_MILLISECONDS:
        return None
    return Problem(
        f"{milliseconds} is not {MIN_TIMEOUT_MILLISECONDS} to {MAX_TIMEOUT_MILLISECONDS} milliseconds",
        f"write {DEFAULT_TIMEOUT_MILLISECONDS} or less; more needs a raised quota",
    )


@of_literals
def burst(size: float, rate: float) -> Problem | None:
    """The bucket holds at least one second of the rate; above the account's own bucket it can't."""
    needed = min(rate, ACCOUNT_BURST)
    if size >= needed:
        return None
    return Problem(
        f"{size:g} is less than the {rate:g} requests that arrive in a second",
        f"write {needed:g} or more",
        path="burst",
    )


def web_acl(arn: str) -> Problem | None:
    """An ARN of AWS WAF's second version, of the scope that fits a Region's own API."""
    if broken := names.arn(arn, "wafv2", "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/models/ID"):
        return broken
    match = _WEB_ACL.fullmatch(arn.split(":", 5)[5])
    if match is None:
        return Problem(f"{shown(arn)} is not a web ACL", "write the ARN of a web ACL, regional/webacl/NAME/ID")
    if match["scope"] != "regional":
        return Problem(f"{shown(arn)} has the scope of CloudFront", "name a web ACL of the scope REGIONAL")
    return None


def vpc_endpoint(text: str) -> Problem | None:
    """The id of an interface endpoint for execute-api."""
    if _VPC_ENDPOINT.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not a VPC endpoint", "write it like vpce-0123456789abcdef0")
