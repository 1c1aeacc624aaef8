"""Lambda: a function keeps its logging configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto.awslambda.models import LambdaFunction

from constructs_lib.testing.moto.calls import amend


def install() -> None:
    """Mend moto's Lambda."""
    amend(LambdaFunction, "__init__", _keep_on_create)
    amend(LambdaFunction, "update_configuration", _keep_on_update)
    amend(LambdaFunction, "get_configuration", _read_back)


def _keep_on_create(
    original: Callable[..., None], function: Any, account_id: str, spec: Mapping[str, Any], *rest: Any, **options: Any
) -> None:
    original(function, account_id, spec, *rest, **options)
    function.logging_config = _logging(function, spec.get("LoggingConfig"))


def _keep_on_update(original: Callable[..., Any], function: Any, config_updates: Mapping[str, Any]) -> Any:
    if "LoggingConfig" in config_updates:
        function.logging_config = _logging(function, config_updates["LoggingConfig"])
    return original(function, config_updates)


def _read_back(original: Callable[..., dict[str, Any]], function: Any, *arguments: Any, **options: Any) -> Any:
    return {**original(function, *arguments, **options), "LoggingConfig": function.logging_config}


def _logging(function: LambdaFunction, wanted: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is not said has AWS's defaults: text, in the function's own log group."""
    return {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function.function_name}", **(wanted or {})}
