"""A deployment: API Gateway's picture of an API, taken again whenever a part of it changes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.addresses import address
from constructs_lib.cdk import Construct, Fn, TerraformResourceLifecycle
from constructs_lib.references import within_expressions
from constructs_lib.resources.values import aws, resolved

_FOREIGN_REFERENCE = re.compile(r"(?<!\$)\$\{(?!aws_api_gateway_)")
"""To something outside the API; the parts are known by their ids."""


class Parts:
    """The resources of which a deployment takes its picture, with what they were made from.

    Attributes:
        resources: By construct path.
    """

    def __init__(self) -> None:
        self.resources: dict[str, Any] = {}
        self._definition: dict[str, dict[str, Any]] = {}

    def add(self, resource_type: Any, scope: Construct, construct_id: str, **arguments: Any) -> Any:
        """Make a resource that is a part of the picture."""
        resource = resource_type(scope, construct_id, **arguments)
        path = resource.node.path
        self.resources[path] = resource
        self._definition[path] = {
            key: value for key, value in arguments.items() if key not in ("depends_on", "lifecycle")
        }
        return resource

    def triggers(self, scope: Construct) -> dict[str, str]:
        """What changes exactly when the picture would.

        `definition` covers all that is known now and `resources` the ids; an argument that refers to something else,
        such as an endpoint's name, stands for itself. A part is the same wherever the API's construct is. Hashing the
        resources as a whole would deploy once for nothing, as AWS fills in fields.
        """
        home = f"{scope.node.path}/"
        definition = {path.removeprefix(home): made for path, made in resolved(scope, self._definition).items()}
        places = {address("", path.split("/")[1:]): path.removeprefix(home) for path in self.resources}
        text = within_expressions(json.dumps(definition, sort_keys=True), lambda inside: _moved(inside, places))
        triggers = {
            "definition": hashlib.sha256(text.encode()).hexdigest()[:16],
            "resources": Fn.sha1(Fn.jsonencode([self.resources[path].id for path in sorted(self.resources)])),
        }
        for place in sorted(definition):
            triggers |= {f"{place}.{argument}": value for argument, value in _foreign(definition[place])}
        return triggers


def deployment(scope: Construct, construct_id: str, *, api: Any, parts: Parts) -> Any:
    """An aws_api_gateway_deployment; the old one stays until the stage has moved on to the new one."""
    return aws.api_gateway_deployment.ApiGatewayDeployment(
        scope,
        construct_id,
        rest_api_id=api.id,
        triggers=parts.triggers(scope),
        depends_on=[parts.resources[path] for path in sorted(parts.resources)],
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )


def _moved(expression: str, places: Mapping[str, str]) -> str:
    """A reference to a part, by its place in the API; what is not a part has a trigger of its own."""
    kind, dot, name = expression.partition(".")
    own = next((place for part, place in places.items() if f".{name}.".startswith(f"{part}.")), None)
    return f"{kind}{dot}{own}" if own is not None else ""


def _foreign(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for argument, value in arguments.items():
        match value:
            case str() if _FOREIGN_REFERENCE.search(value):
                yield argument, value
            case dict():
                yield from ((f"{argument}.{key}", item) for key, item in _foreign(value))
            case list():
                yield from _foreign({f"{argument}.{index}": item for index, item in enumerate(value)})
