"""Names and ARNs, built in one place and never cut short: too long is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import takewhile
from urllib.parse import quote

from constructs_lib.errors import Problem
from constructs_lib.model import shown
from constructs_lib.references import of_literals, within_expressions

_KEY = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?")
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(
    r"(us|eu|ap|sa|ca|me|af|il|mx|cn)(-gov|-iso[a-z]?)?-[a-z]+-\d|eu-isoe-west-1|eusc-[a-z]{2}-[a-z]+-\d"
)
REGIONS = (
    "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
    "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "eusc-de-east-1", "il-central-1",
    "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    "us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1",
)  # fmt: skip
"""The Regions an editor suggests. Source: botocore 1.43, endpoints of CloudWatch; isolated partitions are left out."""
_ARN = re.compile(
    r"arn:[a-z-]+:(?P<service>[a-z0-9-]+):(?P<region>[a-z0-9-]*):(?P<account>[0-9]{12})?:(?P<resource>.+)"
)

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_IP_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_ROLE = re.compile(r"[A-Za-z0-9_+=,.@-]{1,64}")

_TAG = re.compile(r"[\w\s.:/=+@-]*")
_LINK = re.compile(r"https?://\S+")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")

_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "us-isof-": "aws-iso-f",
    "eu-isoe-": "aws-iso-e",
    "eusc-": "aws-eusc",
}


def join(*parts: str) -> str:
    """`join("recommender", "production", "ranker")` → `recommender-production-ranker`; empty parts are left out."""
    return "-".join(part for part in parts if part)


@of_literals
def partition_of(region: str) -> str:
    """The ARN partition a Region belongs to: aws, aws-cn, aws-us-gov and so on."""
    return next((partition for prefix, partition in _PARTITIONS.items() if region.startswith(prefix)), "aws")


def shared_beginning(names: Iterable[str]) -> str:
    """What all names begin with, up to a hyphen: it would hide what tells them apart."""
    found = sorted(names)
    pairs = zip(found[0], found[-1], strict=False) if found else ()
    same = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return same[: same.rfind("-") + 1]


def key(text: str) -> Problem | None:
    """A name in the user's file: it becomes part of alarm names, topic names, folders and Terraform addresses."""
    if _KEY.fullmatch(text):
        return None
    return Problem(
        f"{shown(text)} can't be used as a name",
        "use letters, digits, hyphens and underscores, with a letter or digit at both ends",
    )


def identifier(name: str) -> str:
    """A name as a Terraform identifier begins, not with a digit; no name begins with an underscore itself."""
    return f"_{name}" if name[0].isdigit() else name


@of_literals
def topics(text: str) -> Problem | None:
    """What topics' names and their key's alias begin with: alias/…-notifications has 256 characters at most."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,236}", text):
        return None
    return Problem(
        f"{shown(text)} can't begin the name of a topic", "use 1 to 236 letters, digits, hyphens and underscores"
    )


@of_literals
def account(text: str) -> Problem | None:
    """Twelve digits."""
    if _ACCOUNT.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not an AWS account ID", "write its 12 digits in quotes")


@of_literals
def region(text: str) -> Problem | None:
    """The code of a Region; new ones pass, mistyped ones do not."""
    if _REGION.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not an AWS Region code", "write it like us-east-1")


def tags(pairs: Mapping[str, str]) -> Problem | None:
    """AWS's rules for tags; three places of the 50 are for `project`, `stack` and an alarm's `severity`."""
    if len(pairs) > 47:
        return Problem(f"{len(pairs)} tags, and 47 fit besides `project`, `stack` and `severity`", "remove some")
    for name, value in pairs.items():
        if name.lower() in ("project", "stack", "severity"):  # IAM takes no two keys that differ in case only
            return Problem(f"tag {name} is set by this library", "choose another key")
        if broken := _tag_text(name) or _tag_text(value):
            return broken
        if not 1 <= len(name) <= 128 or name.lower().startswith("aws:"):
            return Problem(f"{shown(name)} is not a tag key", "write 1 to 128 characters that do not begin with aws:")
        if len(value) > 256:
            return Problem(f"tag {name} has a value of {len(value)} characters", "write 256 or fewer")
    return None


def runbook(template: str) -> Problem | None:
    """A link; `{alarm}` is its only placeholder."""
    return _link(template, "a runbook link", {"alarm": "the alarm's name"}, "https://runbooks.example.com/{alarm}")


def register(template: str) -> Problem | None:
    """A link; `{alarm}` is its only placeholder."""
    example = "https://alarms.example.com/register.html#{alarm}"
    return _link(template, "a link to the register", {"alarm": "the alarm's name"}, example)


def source(template: str) -> Problem | None:
    """A link; its placeholders are `{file}`, `{line}` and `{commit}`."""
    known = {
        "file": "the file's name",
        "line": "the number of its line",
        "commit": "the commit, where a synth is given it",
    }
    return _link(
        template, "a link to a line", known, "https://github.com/ORGANISATION/REPOSITORY/blob/main/{file}#L{line}"
    )


def _link(template: str, what: str, known: Mapping[str, str], example: str) -> Problem | None:
    unknown = [word for word in _PLACEHOLDER.findall(template) if word not in known]
    if unknown:
        uses = ", ".join(f"{{{word}}}, {meaning}" for word, meaning in known.items())
        return Problem(f"{{{unknown[0]}}} is not known in {what}", f"use {uses}")
    if not template.startswith(("https://", "http://")):
        return Problem(f"{shown(template)} is not a link", f"write it like {example}")
    return None


def at_alarm(template: str, alarm: str) -> str:
    """A link with the alarm's name in its place, written as addresses have it; references stay as they are."""
    return template.replace("{alarm}", within_expressions(alarm, outside=lambda text: quote(text, safe="")))


@of_literals
def _tag_text(text: str) -> Problem | None:
    if _TAG.fullmatch(text):
        return None
    return Problem(f"tag {shown(text)} holds a character AWS refuses", "use letters, digits, _.:/=+-@")


@of_literals
def event_rule(text: str) -> Problem | None:
    """An EventBridge rule: up to 64 characters (EventBridge API reference, PutRule)."""
    if len(text) <= 64:
        return None
    rule = f"the event rule {shown(text)} has {len(text)} characters, and EventBridge takes 64"
    return Problem(rule, "shorten the monitor's, the stack's or the project's name")


def link_in(text: str) -> str:
    """The first link in a text, or nothing."""
    match = _LINK.search(text)
    return match[0] if match else ""


@of_literals
def role(name: str) -> Problem | None:
    """An IAM role: 1 to 64 letters, digits and `_ + = , . @ -` (IAM API reference, CreateRole)."""
    if _ROLE.fullmatch(name):
        return None
    return Problem(
        f"the role {shown(name)} has {len(name)} characters, and IAM takes 64 letters, digits and _ + = , . @ -",
        "shorten the monitor's, the stack's or the project's name",
    )


def of_bucket(name: str) -> str:
    """A name as buckets have them, which know neither capitals nor underscores; references in it stay as they are."""
    return within_expressions(name, outside=lambda text: text.lower().replace("_", "-"))


@of_literals
def bucket(name: str) -> Problem | None:
    """An S3 bucket: 3 to 63 lower-case letters, digits, hyphens, dots (S3 user guide, "Bucket naming rules")."""
    if _BUCKET.fullmatch(name):
        if ".." in name or _IP_ADDRESS.fullmatch(name):
            what = "is an IP address" if ".." not in name else "has two dots in a row"
            return Problem(f"the bucket {shown(name)} {what}, and S3 makes no such bucket", "write another name")
        return None
    return Problem(
        f"the bucket {shown(name)} has {len(name)} characters, and S3 takes 3 to 63: lower-case letters, digits, . -",
        "shorten it, or write it in lower case",
    )


def arn(text: str, service: str, example: str) -> Problem | None:
    """An ARN of one service."""
    match = _ARN.fullmatch(text)
    if match and match["service"] == service:
        return None
    return Problem(f"{shown(text)} is not a valid {service} ARN", f"write it like {example}")


def alarm_in(text: str) -> str:
    """The name in an alarm's ARN; a name as it is."""
    match = _ARN.fullmatch(text)
    return match["resource"].removeprefix("alarm:") if match else text


def of_environment(text: str, account: str, region: str) -> Problem | None:
    """An ARN has to be of the stack's account and Region; a name always is."""
    match = _ARN.fullmatch(text)
    if match is None or (match["account"], match["region"]) == (account, region):
        return None
    return Problem(f"{text} is not in account {account} and Region {region}", "adopt it in a stack that is there")


def region_of(text: str) -> str | None:
    """The Region in an ARN, or None where it has none."""
    match = _ARN.fullmatch(text)
    return match["region"] or None if match else None


@of_literals
def elsewhere(text: str, region: str) -> str | None:
    """The Region in an ARN where it is known to be another than `region`."""
    there = region_of(text)
    return there if there != region else None
