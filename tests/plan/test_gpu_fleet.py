"""GPU fleets before the real provider, offline."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.gpu_fleets import fleet, full_fleet
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.plan

OWN_SCRIPT = """\
#!/bin/bash
# 'quotes' "double" $HOME $${PATH} %{if} \\d \\" `pwd` é
cat <<'END' > /etc/app.json
{"model": "${var.model}", "literal": "$${model}"}
END
"""

MONITORS: dict[str, dict[str, Any]] = {
    "steps": full_fleet(bootstrap=OWN_SCRIPT),
    "target": fleet(
        image="ami-0123456789abcdef0",
        root_volume={"gib": 200, "device": "/dev/sda1"},
        scaling={
            "target": {"scale_in": False},
            "steps": {"in": [{"at": 25, "remove": 1}, {"at": 10, "remove": 3}]},
            "predictive": {"mode": "forecast_and_scale", "cpu_utilization_percent": 50, "raise_max_by_percent": 0},
        },
        lifecycle={"launching_seconds": 600, "protect_from_scale_in": True},
    ),
    "own-metric": fleet(
        instance_types=["${var.type}", "g5.xlarge"],
        subnets="${var.subnets}",
        size={"min": "${var.size}", "max": "${var.size}"},
        warmup_seconds="${var.size}",
        metric={"namespace": "Own", "name": "gpu", "dimensions": {"fleet": "${var.model}"}},
        scaling={
            "steps": {"out": [{"at": "${var.size}", "add": 1}, {"at": 90, "add": 2}], "in": {"at": 5, "remove": 1}}
        },
    ),
}
VARIABLES = {"model": "ranker", "type": "g5.2xlarge", "subnets": ["subnet-0a1b2c3d"], "size": 60}


def test_the_real_provider_accepts_and_plans_every_option(workspace: WorkspaceFactory) -> None:
    stack = workspace(monitoring_stack(config(MONITORS)), variables=VARIABLES)
    plan = stack.plan()
    assert set(plan.actions.values()) == {"create"}
    assert plan.warnings == ()

    planned = {change.address: change.after or {} for change in plan.changes.values()}
    by_name = {values["name"]: values for values in planned.values() if "step_adjustment" in values}
    assert [
        step["metric_interval_lower_bound"]
        for step in by_name["recommender-production-own-metric-step-out"]["step_adjustment"]
    ] == ["0", "30"], "Terraform subtracts a level that is a variable"

    # The parameter's name is known before it is made, and with it all of the first boot.
    (template,) = (
        values
        for values in planned.values()
        if values.get("description") == "Instances of recommender-production-steps"
    )
    text = base64.b64decode(template["user_data"]).decode()
    assert '"ssm:AmazonCloudWatch-recommender-production-steps"' in text
    written = OWN_SCRIPT.replace("${var.model}", "ranker").replace("$${", "${")
    assert written.rstrip() in text, "letter by letter, but for the variable"
