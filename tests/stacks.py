"""Stacks for tests: a user's own stack, and a MonitoringStack from a config."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from constructs_lib.alarms.routing import Routing
from constructs_lib.cdk import App, TerraformStack, Testing, aws
from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import synth
from tests.configs import load

CRITICAL = "arn:aws:sns:us-east-1:123456789012:oncall"
WARNING = "arn:aws:sns:us-east-1:123456789012:team"
ROUTING = Routing({"critical": [CRITICAL], "warning": [WARNING]})


def new_app() -> App:
    """An app that writes nothing. (A test module can't import `Testing`: pytest takes it for a test.)"""
    return Testing.app()


def own_stack(fill: Callable[[TerraformStack], object], name: str = "mine") -> dict[str, Any]:
    """A user's own TerraformStack with what `fill` puts into it, synthesised."""
    stack = TerraformStack(new_app(), name)
    aws.provider.AwsProvider(stack, "aws", region="us-east-1")
    fill(stack)
    return synth(stack)


def monitoring_stack(data: dict[str, Any]) -> MonitoringStack:
    """The `production` stack of a config."""
    config = load(data)
    return MonitoringStack(new_app(), "production", config.stacks["production"], project=config.project)
