"""Lambda: a function keeps its logging configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto.awslambda.models import LambdaFunction


def keep_on_create(
    original: Callable[..., None], function: Any, account_id: str, spec: Mapping[str, Any], *rest: Any, **options: Any
) -> None:
    """The logging configuration of a new function."""
    original(function, account_id, spec, *rest, **options)
    function.logging_config = _logging(function, spec.get("LoggingConfig"))


def keep_on_update(original: Callable[..., Any], function: Any, config_updates: Mapping[str, Any]) -> Any:
    """Another logging configuration."""
    if "LoggingConfig" in config_updates:
        function.logging_config = _logging(function, config_updates["LoggingConfig"])
    return original(function, config_updates)


def read_back(original: Callable[..., dict[str, Any]], function: Any, *arguments: Any, **options: Any) -> Any:
    """The logging configuration."""
    return {**original(function, *arguments, **options), "LoggingConfig": function.logging_config}


def _logging(function: LambdaFunction, wanted: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is not said has AWS's defaults: text, in the function's own log group."""
    return {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function.function_name}", **(wanted or {})}
