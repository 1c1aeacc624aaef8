"""Every pattern a monitor can name.

One is imported when a file first names it: checking a file costs only what the file uses.
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

from constructs_lib.errors import Problem
from constructs_lib.model import nearest, shown
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.patterns.pattern import MonitorPattern

PATTERNS = (
    "anomaly",
    "budget",
    "composite",
    "data_quality",
    "gpu_fleet",
    "lambda_inference",
    "llm",
    "log_pattern",
    "model_api",
    "model_bias",
    "model_endpoint",
    "queue",
    "recommended",
    "slo",
    "threshold",
    "training_jobs",
)
"""Folders below `constructs_lib.patterns`; each declares its `PATTERN`, and has its name."""


def pattern(name: str) -> MonitorPattern:
    """The pattern of a name in `PATTERNS`."""
    found: MonitorPattern = importlib.import_module(f"constructs_lib.patterns.{name}").PATTERN
    return found


def retaining(name: str) -> Problem | None:
    """A pattern that makes something which holds data."""
    if name not in PATTERNS:
        return Problem(f"{shown(name)} is not a pattern", nearest(name, PATTERNS))
    if not pattern(name).retains:
        return Problem(f"the pattern {name} makes nothing that holds data", "remove it")
    return None


class AnyMonitor:
    """Marks a field that takes a monitor of any pattern: `Annotated[MonitorSpec, AnyMonitor()]`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Choose the spec by `pattern`; its errors keep the user's path, without the pattern's name in it."""
        return core_schema.no_info_plain_validator_function(_monitor)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """An editor gets every pattern."""
        every: Any = reduce(or_, (pattern(name).spec for name in PATTERNS))
        union: TypeAdapter[MonitorSpec] = TypeAdapter(Annotated[every, Field(discriminator="pattern")])
        return handler(union.core_schema)


def _monitor(value: Any) -> MonitorSpec:
    if isinstance(value, MonitorSpec):
        return value
    if not isinstance(value, Mapping):
        return MonitorSpec.model_validate(value)  # raises: not a mapping
    name = value.get("pattern")
    if isinstance(name, str) and name in PATTERNS:
        return pattern(name).spec.model_validate(value)
    found = "is missing" if name is None else f"{shown(name)} is not a pattern"
    error = PydanticCustomError("rule", "{rule}", {"rule": found, "fix": nearest(name or "", PATTERNS)})
    raise ValidationError.from_exception_data("monitor", [InitErrorDetails(type=error, loc=("pattern",), input=name)])
