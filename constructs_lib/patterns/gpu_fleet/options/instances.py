"""What the fleet's instances are: types, image, network, disk, and how they come and go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, get_args

from pydantic import Field

from constructs_lib.aws import gpu_instances, names
from constructs_lib.aws.gpu_instances import GPU_INSTANCES, Architecture, GpuInstance
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, not_empty, shown
from constructs_lib.references import OrReference

DEFAULT_IMAGE = "default"
RESOLVE = "resolve:ssm:"
DEFAULT_IMAGE_PARAMETER = (
    "/aws/service/deeplearning/ami/{architecture}/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id"
)
"""AWS's Deep Learning Base AMI (Amazon Linux 2023, open-source NVIDIA driver), by the name AWS publishes it under."""

DEFAULT_WARMUP_SECONDS = 600
"""Ten minutes: the deep-learning image boots, the driver loads, and a model of some GB."""

BOOTSTRAP_BYTES = 12 * 1024
"""EC2 takes 16 KB of user data; the rest is for what starts the agent."""

_IMAGE = re.compile(r"ami-[0-9a-f]{8}([0-9a-f]{9})?|resolve:ssm:[A-Za-z0-9_./:-]+")
_POLICY = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/.+")
_DEVICE = re.compile(r"/dev/(xvd|sd)[a-z]+\d*")


def _image(text: str) -> Problem | None:
    if text == DEFAULT_IMAGE or _IMAGE.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not an image", "write default, ami-0123456789abcdef0 or resolve:ssm:/path")


def _policy(text: str) -> Problem | None:
    if _POLICY.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not an IAM policy", "write its ARN, like arn:aws:iam::123456789012:policy/models")


def _target_group(text: str) -> Problem | None:
    example = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/ranker/0123456789abcdef"
    if broken := names.arn(text, "elasticloadbalancing", example):
        return broken
    if ":targetgroup/" not in text:
        return Problem(f"{shown(text)} is not a target group", f"write its ARN, like {example}")
    return None


def _key(text: str) -> Problem | None:
    return names.arn(text, "kms", "arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")


def _bootstrap(text: str) -> Problem | None:
    if not text.startswith("#!"):
        return Problem(
            "does not begin with #!, so the instance would not know what to run it with", "begin with #!/bin/bash"
        )
    if (size := len(text.encode())) > BOOTSTRAP_BYTES:
        return Problem(
            f"has {size} bytes, and {BOOTSTRAP_BYTES} fit into user data", "keep the rest in S3 or in the image"
        )
    return None


def _device(text: str) -> Problem | None:
    if _DEVICE.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not a device name", "write /dev/xvda (Amazon Linux) or /dev/sda1 (Ubuntu)")


InstanceType = Annotated[str, checked(gpu_instances.instance_type), OrReference()]
Image = Annotated[str, checked(_image), OrReference()]
PolicyArn = Annotated[str, checked(_policy), OrReference()]
TargetGroupArn = Annotated[str, checked(_target_group), OrReference()]
Bootstrap = Annotated[str, checked(_bootstrap), OrReference()]


class RootVolume(Model):
    """The disk an instance boots from: gp3, always encrypted."""

    gib: Annotated[int, Field(ge=75, le=16_384), OrReference()] = 150
    """Size in GiB; the deep-learning image alone takes 75, the rest is for containers and models."""
    device: Annotated[str, checked(_device), OrReference()] | None = None
    """The image's root device; under any other name it would be a second, empty disk. Left out: /dev/sda1 where the
    image is looked up under a name with `ubuntu` in it, else /dev/xvda, Amazon Linux's."""
    kms_key_arn: Annotated[str, checked(_key), OrReference()] | None = None
    """A KMS key of your own, which Auto Scaling's service-linked role must be allowed to use. Left out: the account's
    key for EBS."""


Termination = Literal[
    "Default",
    "AllocationStrategy",
    "OldestLaunchTemplate",
    "ClosestToNextInstanceHour",
    "NewestInstance",
    "OldestInstance",
]


class Lifecycle(Model):
    """How instances come and go."""

    launching_seconds: Annotated[int, Field(ge=30, le=7_200), OrReference()] | None = None
    """Hold a new instance back until it says that it is ready, this long at most; then it is given up."""
    terminating_seconds: Annotated[int, Field(ge=30, le=7_200), OrReference()] | None = None
    """Hold an instance before it ends, this long at most, so that it can write a checkpoint."""
    termination_policies: Annotated[Items[Termination], checked(not_empty)] = (
        "OldestLaunchTemplate",
        "Default",
    )
    """Which instance goes first; those with outdated settings, by default."""
    max_age_seconds: Annotated[int, Field(ge=86_400, le=31_536_000), OrReference()] | None = None
    """Replace instances older than this, a day to a year, so that they get today's image."""
    protect_from_scale_in: bool = False
    """New instances are not removed by scaling until someone lifts it."""


class Refresh(Model):
    """Replacing instances when the launch template changes."""

    min_healthy_percent: Annotated[int, Field(ge=0, le=100), OrReference()] = 90
    """Share of the group that stays in service meanwhile."""
    rollback: bool | None = None
    """Go back to the former template when it fails. Left out: wherever AWS can, which is with an AMI ID."""


def resolves_image(image: str) -> bool:
    """Whether EC2 looks the image up at launch."""
    return image == DEFAULT_IMAGE or image.startswith(RESOLVE)


def root_device(volume: RootVolume, image: str) -> str:
    """The device of the root volume, by the image where it is not given."""
    if volume.device is not None:
        return volume.device
    return "/dev/sda1" if resolves_image(image) and "ubuntu" in image.lower() else "/dev/xvda"


def known_types(types: Sequence[str]) -> list[GpuInstance]:
    """What the table says of the types that are no references."""
    return [GPU_INSTANCES[name] for name in types if name in GPU_INSTANCES]


def architecture(types: Sequence[str]) -> Architecture:
    """The CPU architecture of the types, x86-64 where none is known."""
    return next((known.architecture for known in known_types(types)), "x86_64")


def twice(values: Sequence[str], field: str) -> Iterator[Problem]:
    """No entry is there a second time."""
    if isinstance(values, str):  # a reference to a whole list
        return
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Problem(f"{shown(value)} is listed twice", "remove one", path=f"{field}.{index}")


def type_problems(types: Sequence[str], image: str) -> Iterator[Problem]:
    """One image has to drive every type."""
    first = architecture(types)
    other = next((cpu for cpu in get_args(Architecture) if cpu != first and f"/{cpu}/" in image), None)
    if other is not None and known_types(types):
        yield Problem(f"is for {other} CPUs, and {types[0]!r} has an {first} one", f"use {first}", path="image")
    # AWS names its images after their driver.
    open_driver = image == DEFAULT_IMAGE or (resolves_image(image) and "oss-nvidia-driver" in image)
    for index, name in enumerate(types):
        known = GPU_INSTANCES.get(name)
        if known is None:
            continue
        if known.architecture != first:
            yield Problem(
                f"{name!r} has an {known.architecture} CPU and {types[0]!r} an {first} one, and no image boots on both",
                "make two fleets",
                path=f"instance_types.{index}",
            )
        if open_driver and not known.in_default_image:
            yield Problem(
                f"{name!r} has {known.gpu} GPUs, which the open-source driver of this image does not drive",
                "give an image with the proprietary driver, or use a newer type",
                path=f"instance_types.{index}",
            )
