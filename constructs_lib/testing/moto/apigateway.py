"""API Gateway: changes of a REST API in place, its resource policy, and parts of it that are gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.apigateway.exceptions import NoIntegrationDefined, NoIntegrationResponseDefined
from moto.apigateway.models import APIGatewayBackend, Resource, RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse
from moto.core.utils import camelcase_to_underscores

from constructs_lib.testing.moto.calls import parameters

_TYPED: Mapping[str, Callable[[str], Any]] = {
    "apiKeyRequired": lambda text: text == "true",
    "timeoutInMillis": int,
}
"""A patch carries every value as text; these are read back as something else."""

_LISTS = frozenset({"authorizationScopes"})
"""A patch adds and removes their items one by one."""

_MOTO_NAMES = {"passthroughBehavior": "passthrough_behaviour"}


def escape_policy(original: Callable[..., dict[str, Any]], api: RestAPI) -> dict[str, Any]:
    """The policy as the service gives it, with its quotes escaped."""
    content = original(api)
    if content.get("policy"):
        content["policy"] = json.dumps(content["policy"])[1:-1]
    return content


def remove_method_settings(
    original: Callable[..., Stage], stage: Stage, operations: Iterable[Mapping[str, str]]
) -> Stage:
    """Settings of a method that go."""
    operations = list(operations)
    for operation in operations:
        if operation["op"] == "remove":
            stage.method_settings.pop(operation["path"].removeprefix("/"), None)
    return original(stage, operations)


def of_an_integration(original: Callable[..., Any], backend: APIGatewayBackend, *names: str) -> Any:
    """What is not there is not found."""
    api, resource, method, *_ = names
    if backend.get_resource(api, resource).get_integration(method) is None:
        raise NoIntegrationDefined
    found = original(backend, *names)
    if found is None:
        raise NoIntegrationResponseDefined
    return found


def update_resource(response: APIGatewayResponse) -> str:
    """UpdateResource: another path part or parent."""
    resource = _resource(response)
    _patch(resource, parameters(response)["patchOperations"])
    return json.dumps(resource.to_dict())


def update_method(response: APIGatewayResponse) -> str:
    """UpdateMethod."""
    method = _resource(response).get_method(_http_method(response))
    _patch(method, parameters(response)["patchOperations"])
    return json.dumps(method.to_json())


def update_integration(response: APIGatewayResponse) -> str:
    """UpdateIntegration."""
    integration = _resource(response).get_method(_http_method(response)).method_integration
    if integration is None:
        raise LookupError("UpdateIntegration of a method that has none")
    _patch(integration, parameters(response)["patchOperations"])
    return json.dumps(integration.to_json())


def _patch(target: Any, operations: Iterable[Mapping[str, str]]) -> None:
    """Apply a JSON patch: ``/uri`` sets an attribute, ``/requestTemplates/application~1json`` an entry of one."""
    for operation in operations:
        name, *entry = operation["path"].removeprefix("/").split("/", 1)
        attribute = _MOTO_NAMES.get(name, camelcase_to_underscores(name))
        if name in _LISTS:
            items = [item for item in getattr(target, attribute) or [] if item != operation["value"]]
            setattr(target, attribute, [*items, operation["value"]] if operation["op"] == "add" else items)
            continue
        value = None if operation["op"] == "remove" else _TYPED.get(name, str)(operation.get("value", ""))
        if not entry:
            setattr(target, attribute, value)
            continue
        key = entry[0].replace("~1", "/").replace("~0", "~")
        entries = dict(getattr(target, attribute) or {})
        if operation["op"] == "remove":
            entries.pop(key, None)
        else:
            entries[key] = value
        setattr(target, attribute, entries)


def _resource(response: APIGatewayResponse) -> Resource:
    """From a path like /restapis/API/resources/RESOURCE/methods/POST/integration."""
    _, _, api, _, resource, *_ = response.path.split("/")
    return response.backend.get_resource(api, resource)


def _http_method(response: APIGatewayResponse) -> str:
    return response.path.split("/")[6]
