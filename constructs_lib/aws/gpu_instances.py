"""EC2 instance types with NVIDIA GPUs: how many, how much memory each, and which image drives them.

Sources: the EC2 instance type reference ("Accelerated computing", memory as EC2 reports it per GPU); AWS Batch, "GPU
jobs" (G5g); the release notes of the Deep Learning Base OSS NVIDIA Driver AMI on Amazon Linux 2023, x86-64 of
2026-09-01 and ARM of 2026-09-18 ("supported_ec2_instances").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from constructs_lib.errors import Problem
from constructs_lib.model import nearest, shown

Architecture = Literal["x86_64", "arm64"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuInstance:
    """One instance type.

    Attributes:
        gpus: GPUs in one instance.
        gpu: Their model.
        memory_mib: Memory of one GPU in MiB.
        architecture: Of the CPU; it decides which image boots.
        in_default_image: Whether AWS's deep-learning image drives it: that has the open-source driver, for Turing and
            newer.
    """

    gpus: int
    gpu: str
    memory_mib: int
    architecture: Architecture = "x86_64"
    in_default_image: bool = True


def _family(
    name: str,
    gpu: str,
    memory_mib: int,
    sizes: Mapping[int, str],
    *,
    architecture: Architecture = "x86_64",
    in_default_image: bool = True,
) -> dict[str, GpuInstance]:
    """The types of one family, from GPUs per instance to the sizes that have so many."""
    return {
        f"{name}.{size}": GpuInstance(
            gpus=gpus, gpu=gpu, memory_mib=memory_mib, architecture=architecture, in_default_image=in_default_image
        )
        for gpus, listed in sizes.items()
        for size in listed.split()
    }


# The 24xlarge of G5, G6 and G6e has the four GPUs of the 12xlarge.
_G5_SIZES = {1: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge", 4: "12xlarge 24xlarge", 8: "48xlarge"}
_P3_SIZES = {1: "2xlarge", 4: "8xlarge", 8: "16xlarge"}

GPU_INSTANCES: Mapping[str, GpuInstance] = MappingProxyType(
    _family("p3", "V100", 16_384, _P3_SIZES, in_default_image=False)
    | _family("p3dn", "V100", 32_768, {8: "24xlarge"}, in_default_image=False)
    | _family("p4d", "A100", 40_960, {8: "24xlarge"})
    | _family("p4de", "A100", 81_920, {8: "24xlarge"})
    | _family("p5", "H100", 81_920, {1: "4xlarge", 8: "48xlarge"})
    | _family("p5e", "H200", 144_384, {8: "48xlarge"})
    | _family("p5en", "H200", 144_384, {8: "48xlarge"})
    | _family("p6-b200", "B200", 183_359, {8: "48xlarge"})
    | _family("p6-b300", "B300", 275_040, {8: "48xlarge"})
    | _family("g4dn", "T4", 16_384, {1: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge", 4: "12xlarge", 8: "metal"})
    | _family("g5", "A10G", 22_888, _G5_SIZES)
    | _family("g5g", "T4G", 16_384, {1: "xlarge 2xlarge 4xlarge 8xlarge", 2: "16xlarge metal"}, architecture="arm64")
    | _family("g6", "L4", 22_888, _G5_SIZES)
    | _family("gr6", "L4", 22_888, {1: "4xlarge 8xlarge"})
    | _family("g6e", "L40S", 45_776, _G5_SIZES)
    | _family(
        "g7e", "RTX PRO 6000", 98_304, {1: "2xlarge 4xlarge 8xlarge", 2: "12xlarge", 4: "24xlarge", 8: "48xlarge"}
    )
)
"""Every type this library knows, by name."""

# What people take for an NVIDIA GPU, and why it is none; the family is the part before the dot.
_OTHERS = (
    (re.compile(r"g4ad"), "has AMD GPUs"),
    (re.compile(r"g6f|gr6f"), "has a fraction of a GPU, whose figures are not those of a whole one"),
    (re.compile(r"(inf|trn)\d\w*"), "has AWS's own accelerators, no GPUs"),
    (re.compile(r"dl\d\w*"), "has no NVIDIA GPUs"),
    (re.compile(r"(p2|g2|g3s?)"), "has a GPU that today's drivers no longer support"),
)
_TYPE = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")
_FIRST_LETTERS_OF_GPU_FAMILIES = re.compile(r"(p|g|gr)\d")


def instance_type(name: str) -> Problem | None:
    """A type with whole NVIDIA GPUs, from the table."""
    if name in GPU_INSTANCES:
        return None
    family = name.partition(".")[0]
    for pattern, reason in _OTHERS:
        if pattern.fullmatch(family):
            return Problem(f"{shown(name)} {reason}", f"use one of {_families()}")
    if _TYPE.fullmatch(name) and not _FIRST_LETTERS_OF_GPU_FAMILIES.match(family):
        return Problem(f"{shown(name)} has no GPU", f"use one of {_families()}")
    guess = nearest(name, GPU_INSTANCES)
    return Problem(
        f"{shown(name)} is not an instance type with NVIDIA GPUs that this library knows",
        guess if guess.startswith("did") else f"use one of {_families()}",
    )


def _families() -> str:
    return ", ".join(dict.fromkeys(name.partition(".")[0] for name in GPU_INSTANCES))
