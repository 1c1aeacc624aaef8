"""Every pattern a monitor can name, and the spec each one stands for.

A spec is imported when a file first names its pattern: checking a file costs only what the file uses.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from constructs_lib.model import nearest, shown
from constructs_lib.options.monitor import MonitorSpec

PATTERNS: Mapping[str, str] = {
    "anomaly": "anomaly.AnomalySpec",
    "data_quality": "data_quality.DataQualitySpec",
    "gpu_fleet": "gpu_fleet.GpuFleetSpec",
    "log_pattern": "log_pattern.LogPatternSpec",
    "model_api": "model_api.ModelApiSpec",
    "model_bias": "model_bias.ModelBiasSpec",
    "model_endpoint": "model_endpoint.ModelEndpointSpec",
    "threshold": "threshold.ThresholdSpec",
    "training_jobs": "training_jobs.TrainingJobsSpec",
}
"""Folder and class below `constructs_lib.patterns`, by the pattern's name."""


def spec_of(pattern: str) -> type[MonitorSpec]:
    """The spec of a pattern in `PATTERNS`."""
    module, _, name = PATTERNS[pattern].rpartition(".")
    spec: type[MonitorSpec] = getattr(importlib.import_module(f"constructs_lib.patterns.{module}"), name)
    return spec


class AnyMonitor:
    """Marks a field that takes a monitor of any pattern: `Annotated[MonitorSpec, AnyMonitor()]`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Choose the spec by `pattern`; its errors keep the user's path, without the pattern's name in it."""
        return core_schema.no_info_plain_validator_function(_monitor)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """An editor is told of every pattern."""
        every: Any = reduce(or_, (spec_of(pattern) for pattern in sorted(PATTERNS)))
        union: TypeAdapter[MonitorSpec] = TypeAdapter(Annotated[every, Field(discriminator="pattern")])
        return handler(union.core_schema)


def _monitor(value: Any) -> MonitorSpec:
    if isinstance(value, MonitorSpec):
        return value
    if not isinstance(value, Mapping):
        return MonitorSpec.model_validate(value)  # raises: not a mapping
    pattern = value.get("pattern")
    if isinstance(pattern, str) and pattern in PATTERNS:
        return spec_of(pattern).model_validate(value)
    found = "is missing" if pattern is None else f"{shown(pattern)} is not a pattern"
    error = PydanticCustomError("rule", "{rule}", {"rule": found, "fix": nearest(pattern or "", PATTERNS)})
    raise ValidationError.from_exception_data(
        "monitor", [InitErrorDetails(type=error, loc=("pattern",), input=pattern)]
    )
