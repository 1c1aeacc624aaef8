"""GPU fleets for tests: the smallest one, and one with every option set."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

SMALLEST: dict[str, Any] = {
    "pattern": "gpu_fleet",
    "instance_types": ["g5.xlarge"],
    "subnets": ["subnet-0a1b2c3d"],
    "security_groups": ["sg-0123abcd"],
    "size": {"max": 4},
}

STEPS: dict[str, Any] = {"out": [{"at": 75, "add": 2}, {"at": 90, "add": 4}], "in": {"at": 25, "remove": 1}}

NIGHT: dict[str, Any] = {
    "cron": "0 20 * * MON-FRI",
    "until": "0 6 * * MON-FRI",
    "time_zone": "Europe/Zurich",
    "size": {"min": 0, "max": 2},
}

FULL: dict[str, Any] = {
    "pattern": "gpu_fleet",
    "instance_types": ["g5.xlarge", "g5.2xlarge"],
    "image": "default",
    "subnets": ["subnet-0a1b2c3d", "subnet-4e5f6a7b"],
    "security_groups": ["sg-0123abcd"],
    "size": {"min": 1, "max": 10},
    "spot": {"on_demand_base": 1, "on_demand_percent": 50},
    "warmup_seconds": 600,
    "scaling": {
        "steps": STEPS,
        "predictive": {"mode": "forecast_only", "gpu_utilization_percent": 65},
        "schedule": [NIGHT],
    },
    "metric": "default",
    "alarms": {"idle": {"below_percent": 5, "for_minutes": 60}, "temperature_celsius": 85, "memory_percent": 95},
    "bootstrap": '#!/bin/bash\necho "$HOME $${PATH}" %{x}\n',
    "instance_policies": ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
    "lifecycle": {"terminating_seconds": 300, "max_age_seconds": 604_800},
}


def fleet(**options: Any) -> dict[str, Any]:
    """The smallest fleet with other options."""
    return deepcopy(SMALLEST) | options


def full_fleet(**options: Any) -> dict[str, Any]:
    """The fleet of the documentation with other options."""
    return deepcopy(FULL) | options
