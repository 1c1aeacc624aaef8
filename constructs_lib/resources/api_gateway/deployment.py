"""A deployment: API Gateway's picture of an API, taken anew whenever a part of it changes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from constructs_lib.cdk import (
    Construct,
    DefaultTokenResolver,
    Fn,
    StringConcat,
    TerraformResourceLifecycle,
    Tokenization,
    aws,
)
from constructs_lib.references import is_reference

_OWN_REFERENCE = re.compile(r"\$\{aws_api_gateway_[^}]*\}")
"""To another part of the API, whose id is counted already."""


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
        self.resources[resource.node.path] = resource
        self._definition[resource.node.path] = {
            key: value for key, value in arguments.items() if key not in ("depends_on", "lifecycle")
        }
        return resource

    def triggers(self, scope: Construct) -> dict[str, str]:
        """What changes exactly when the picture would.

        `definition` covers all that is known now, `values` what is known only at deployment: the resources' ids, and
        whatever they refer to. Hashing the resources themselves would deploy once for nothing, as AWS fills in fields.
        """
        text = json.dumps(_resolved(self._definition, scope), sort_keys=True)
        ids = [self.resources[path].id for path in sorted(self.resources)]
        # A token's number depends on what was made before it; the reference it stands for does not.
        references = {_resolved(token, scope): token for token in _references(self._definition)}
        others = [references[text] for text in sorted(references) if not _OWN_REFERENCE.fullmatch(text)]
        return {
            "definition": hashlib.sha256(text.encode()).hexdigest()[:16],
            "values": Fn.sha1(Fn.jsonencode([*ids, *others])),
        }


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


def _resolved(value: Any, scope: Construct) -> Any:
    return Tokenization.resolve(value, scope=scope, resolver=DefaultTokenResolver(StringConcat()), preparing=False)


def _references(value: Any) -> Iterator[str]:
    match value:
        case str() if is_reference(value):
            yield value
        case dict():
            for item in value.values():
                yield from _references(item)
        case list():
            for item in value:
                yield from _references(item)
