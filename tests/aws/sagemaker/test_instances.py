"""Instance types: GPUs, and whose disks take a key."""

from __future__ import annotations

import pytest

from constructs_lib.aws.sagemaker import instances


@pytest.mark.parametrize(
    ("name", "gpus"),
    [("ml.g5.xlarge", 1), ("ml.g5.48xlarge", 8), ("ml.p4d.24xlarge", 8), ("ml.m5.xlarge", 0), ("ml.inf2.xlarge", None)],
)
def test_gpus(name: str, gpus: int | None) -> None:
    assert instances.gpus(name) == gpus


@pytest.mark.parametrize(
    ("name", "takes_key"),
    [
        ("ml.m5.xlarge", True),
        ("ml.m5d.xlarge", False),
        ("ml.c6i.xlarge", True),
        ("ml.r6gd.xlarge", False),
        ("ml.g5.xlarge", False),
        ("ml.p3.2xlarge", True),
        ("${var.type}", False),
    ],
)
def test_whose_disks_take_a_key(name: str, takes_key: bool) -> None:
    assert instances.takes_key(name) is takes_key


def test_the_prefix_is_not_forgotten() -> None:
    violation = instances.instance_type("g5.xlarge")
    assert violation is not None
    assert violation.fix == "write ml.g5.xlarge"
