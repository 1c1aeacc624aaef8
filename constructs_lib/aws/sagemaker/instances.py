"""SageMaker instance types: their form, their GPUs, and whether their disks take a key of one's own.

Source: SageMaker API reference, CreateEndpointConfig ("KmsKeyId"): no key can be given for instance types with local
storage, which is encrypted by the hardware.
"""

from __future__ import annotations

import re
from typing import Annotated

from constructs_lib.aws.gpu_instances import GPU_INSTANCES
from constructs_lib.errors import Problem
from constructs_lib.model import checked, shown
from constructs_lib.references import OrReference, of_literals

_TYPE = re.compile(r"ml\.(?P<family>[a-z0-9-]+)\.(?P<size>[a-z0-9]+)")

_WITHOUT_GPUS = re.compile(r"[mctrxiz]\d.*")
_WITH_LOCAL_DISKS = frozenset(
    {"g4dn", "g5", "g6", "g6e", "gr6", "g7e", "p3dn", "p4d", "p4de", "p5", "p5e", "p5en", "p6-b200", "p6-b300"}
    | {"trn1", "trn1n", "trn2"}
)
_DISK_SUFFIX = re.compile(r"[mcr]\d+[a-z]*d[a-z]*")  # m5d, c6id, r6gd: the d stands for a disk


def instance_type(text: str) -> Problem | None:
    """`ml.` in front, a family and a size."""
    if _TYPE.fullmatch(text):
        return None
    fix = f"write ml.{text}" if _TYPE.fullmatch(f"ml.{text}") else "write it like ml.g5.xlarge"
    return Problem(f"{shown(text)} is not a SageMaker instance type", fix)


InstanceType = Annotated[str, checked(instance_type), OrReference()]


@of_literals
def gpus(text: str) -> int | None:
    """How many GPUs an instance type has; None where this library does not know."""
    known = GPU_INSTANCES.get(text.removeprefix("ml."))
    if known is not None:
        return known.gpus
    match = _TYPE.fullmatch(text)
    return 0 if match and _WITHOUT_GPUS.fullmatch(match["family"]) else None


def takes_key(text: str) -> bool:
    """Whether its disks can be encrypted with a key of one's own. Of a reference no one knows: SageMaker's is used."""
    match = _TYPE.fullmatch(text)
    if match is None:
        return False
    return not (match["family"] in _WITH_LOCAL_DISKS or _DISK_SUFFIX.fullmatch(match["family"]))
