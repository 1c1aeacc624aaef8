"""Which instance types have NVIDIA GPUs, and what is said of the others."""

from __future__ import annotations

import pytest

from constructs_lib.aws.gpu_instances import GPU_INSTANCES, instance_type


@pytest.mark.parametrize(
    ("name", "gpus", "memory_mib"),
    [
        ("g5.xlarge", 1, 22_888),
        ("g5.24xlarge", 4, 22_888),  # as many as the 12xlarge
        ("g4dn.metal", 8, 16_384),
        ("p4d.24xlarge", 8, 40_960),
        ("p5.4xlarge", 1, 81_920),
        ("g6e.48xlarge", 8, 45_776),
    ],
)
def test_gpus_and_their_memory(name: str, gpus: int, memory_mib: int) -> None:
    assert (GPU_INSTANCES[name].gpus, GPU_INSTANCES[name].memory_mib) == (gpus, memory_mib)
    assert instance_type(name) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("m5.large", "has no GPU"),
        ("g4ad.xlarge", "has AMD GPUs"),
        ("inf2.xlarge", "has AWS's own accelerators, no GPUs"),
        ("trn1n.32xlarge", "has AWS's own accelerators, no GPUs"),
        ("g6f.large", "has a fraction of a GPU, whose figures are not those of a whole one"),
        ("p2.xlarge", "has a GPU that today's drivers no longer support"),
        ("g5.3xlarge", "is not an instance type with NVIDIA GPUs that this library knows"),
        ("nonsense", "is not an instance type with NVIDIA GPUs that this library knows"),
    ],
)
def test_others_are_refused_with_their_reason(name: str, reason: str) -> None:
    violation = instance_type(name)
    assert violation is not None
    assert violation.rule == f"{name!r} {reason}"
    assert violation.fix


def test_a_typo_gets_the_nearest_type() -> None:
    violation = instance_type("g5.xlrge")
    assert violation is not None and violation.fix == "did you mean 'g5.xlarge'?"


def test_only_volta_needs_another_driver_and_only_g5g_another_cpu() -> None:
    families = {name.partition(".")[0]: known for name, known in GPU_INSTANCES.items()}
    assert {name for name, known in families.items() if not known.in_default_image} == {"p3", "p3dn"}
    assert {name for name, known in families.items() if known.architecture == "arm64"} == {"g5g"}
