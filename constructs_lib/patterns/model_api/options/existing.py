"""An API that is there already, as CloudWatch knows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, shown
from constructs_lib.patterns.model_api import api_gateway
from constructs_lib.patterns.model_api.api_gateway import Method
from constructs_lib.patterns.model_api.options.route import Milliseconds
from constructs_lib.references import OrReference

_API_ID = re.compile(r"[a-z0-9]{8,12}")
_GROUP = re.compile(r"targetgroup/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}")
_BALANCER = re.compile(r"app/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}")
_BEFORE = re.compile(r"arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:(?:loadbalancer/)?")


def _api_id(text: str) -> Problem | None:
    if _API_ID.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not the id of an API", "write it like a1b2c3d4e5: the first part of its address")


def _stage(text: str) -> Problem | None:
    return None if text == "$default" else api_gateway.stage_name(text)


def _target_group(text: str) -> Problem | None:
    if _GROUP.fullmatch(short(text)):
        return None
    return Problem(f"{shown(text)} is not a target group", "write its ARN, or targetgroup/NAME/ID, the end of it")


def _load_balancer(text: str) -> Problem | None:
    if _BALANCER.fullmatch(short(text)):
        return None
    fix = "write its ARN, or app/NAME/ID, the end of it"
    return Problem(f"{shown(text)} is not an Application Load Balancer", fix)


def short(arn: str) -> str:
    """What CloudWatch has of the ARN of a load balancer or a target group: the Terraform attribute `arn_suffix`."""
    return _BEFORE.sub("", arn)


class WatchedRoute(Model):
    """A route whose latency has an alarm of its own. The stage has to publish detailed metrics."""

    path: Annotated[str, checked(api_gateway.path)]
    """Path, such as /v1/rank, as the API has it."""
    method: Method = "POST"
    """HTTP method."""
    latency_p99_milliseconds: Milliseconds
    """What 99 of 100 of its callers wait at most."""

    @property
    def name(self) -> str:
        """`post-rank`, as a part of names."""
        return names.join(self.method.lower(), api_gateway.path_key(self.path))


class ExistingApi(Model):
    """One of `rest_api`, `http_api`, and `target_group` with `load_balancer`."""

    rest_api: Annotated[str, checked(api_gateway.api_name), Field(min_length=1), OrReference()] | None = None
    """Name of a REST API of API Gateway: CloudWatch has its metrics by name."""
    http_api: Annotated[str, checked(_api_id), OrReference()] | None = None
    """Id of an HTTP API of API Gateway, such as a1b2c3d4e5."""
    stage: Annotated[str, checked(_stage), OrReference()] | None = None
    """The API's stage. Left out: `$default` of an HTTP API; a REST API has to name it."""
    routes: Items[WatchedRoute] = ()
    """Routes whose latency has an alarm of its own. They are measured only where the stage has detailed metrics."""
    target_group: Annotated[str, checked(_target_group), OrReference()] | None = None
    """What an Application Load Balancer passes requests on to: ARN, or targetgroup/NAME/ID (`arn_suffix`)."""
    load_balancer: Annotated[str, checked(_load_balancer), OrReference()] | None = None
    """The load balancer in front of it: ARN, or app/NAME/ID (`arn_suffix`)."""

    def problems(self) -> Iterator[Problem]:
        """One of the three, with what it needs and nothing else."""
        given = [kind for kind in ("rest_api", "http_api", "target_group") if getattr(self, kind) is not None]
        if len(given) != 1:
            found = " and ".join(given) if given else "nothing"
            yield Problem(
                f"{found} is given", "write one of rest_api, http_api, target_group", path="".join(given[1:2])
            )
            return
        if self.rest_api is not None and self.stage is None:
            yield Problem("is missing: a REST API publishes its figures by stage", "name it", path="stage")
        if (self.load_balancer is None) == (self.target_group is not None):
            rule = "is missing" if self.load_balancer is None else "is not in front of an API of API Gateway"
            yield Problem(rule, "name it" if self.load_balancer is None else "remove it", path="load_balancer")
        for field in ("stage", "routes") if self.target_group is not None else ():
            if getattr(self, field):
                yield Problem("a target group has none", "remove it", path=field)
        seen: set[str] = set()
        for index, route in enumerate(self.routes):
            if route.name in seen:
                yield Problem(f"{route.method} {route.path} is given twice", "remove one", path=f"routes.{index}")
            seen.add(route.name)

    @property
    def called(self) -> str:
        """Its name or id."""
        return self.rest_api or self.http_api or short(self.target_group or "")
