"""A monitor of every type of resource that AWS recommends alarms for."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.advice import KINDS, Kind, facts_of

_NAMES = {
    "aws_acm_certificate": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b",
    "aws_lb": "app/shop/0123456789abcdef",
    "aws_sfn_state_machine": "arn:aws:states:us-east-1:123456789012:stateMachine:orders",
    "aws_lb_target_group": {
        "load_balancer": "app/shop/0123456789abcdef",
        "target_group": "targetgroup/shop/0123456789",
    },
    "aws_opensearch_domain": {"domain": "search", "account": "123456789012"},
}


def monitor(type_: str, kind: Kind) -> dict[str, Any]:
    """With every alarm it can have; each limit that AWS leaves open is 50."""
    options = [dimension.option for dimension in kind.asked]
    name: Any = "orders" if len(options) == 1 else dict.fromkeys(options, "orders")
    limits = {}
    for advice in kind.alarms:
        threshold = facts_of(kind, advice).threshold
        if threshold is None:
            limits[advice.option] = 50.0
        elif advice.only is not None and not advice.only.usual:
            limits[advice.option] = float(f"{threshold * advice.factor:.12g}")
    return {"pattern": "recommended", "resource": {type_: _NAMES.get(type_, name)}, "limits": limits}


EVERY = {type_.removeprefix("aws_"): monitor(type_, kinds[0]) for type_, kinds in KINDS.items()}
