"""Parts of a REST API that go away or change, as the service answers."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.testing import MotoServer
from tests.names import Names

pytestmark = pytest.mark.apply


@pytest.fixture
def method(moto: MotoServer, names: Names) -> dict[str, str]:
    """A method that is answered, as boto3 names it."""
    client = moto.client("apigateway")
    api = client.create_rest_api(name=names("ranker"))["id"]
    root = client.get_resources(restApiId=api)["items"][0]["id"]
    where = {"restApiId": api, "resourceId": root, "httpMethod": "POST"}
    client.put_method(**where, authorizationType="NONE")
    client.put_integration(**where, type="MOCK")
    client.put_method_response(**where, statusCode="200")
    client.put_integration_response(**where, statusCode="200")
    return where


def test_without_its_integration_nothing_of_it_is_found(moto: MotoServer, method: dict[str, str]) -> None:
    client: Any = moto.client("apigateway")
    client.delete_integration(**method)
    not_found = client.exceptions.NotFoundException
    with pytest.raises(not_found):
        client.get_integration(**method)
    with pytest.raises(not_found):
        client.get_integration_response(**method, statusCode="200")
    with pytest.raises(not_found):
        client.delete_integration_response(**method, statusCode="200")


def test_a_response_is_deleted_once(moto: MotoServer, method: dict[str, str]) -> None:
    client: Any = moto.client("apigateway")
    client.delete_integration_response(**method, statusCode="200")
    with pytest.raises(client.exceptions.NotFoundException):
        client.delete_integration_response(**method, statusCode="200")


def test_scopes_are_added_and_removed_one_by_one(moto: MotoServer, method: dict[str, str]) -> None:
    client: Any = moto.client("apigateway")

    def patched(op: str, scope: str) -> list[str]:
        operation = {"op": op, "path": "/authorizationScopes", "value": scope}
        scopes: list[str] = client.update_method(**method, patchOperations=[operation])["authorizationScopes"]
        return scopes

    assert patched("add", "models/rank") == ["models/rank"]
    assert patched("add", "models/embed") == ["models/rank", "models/embed"]
    assert patched("remove", "models/rank") == ["models/embed"]


def test_settings_of_a_method_go_away(moto: MotoServer, method: dict[str, str]) -> None:
    client: Any = moto.client("apigateway")
    stage = {"restApiId": method["restApiId"], "stageName": "prod"}
    deployment = client.create_deployment(restApiId=method["restApiId"])["id"]
    client.create_stage(**stage, deploymentId=deployment)
    on = {"op": "replace", "path": "/~1/POST/metrics/enabled", "value": "true"}
    assert "~1/POST" in client.update_stage(**stage, patchOperations=[on])["methodSettings"]
    off = {"op": "remove", "path": "/~1/POST"}
    assert client.update_stage(**stage, patchOperations=[off])["methodSettings"] == {}
