"""Cloud Control API, which moto has nothing of: resource types that CloudFormation knows and Terraform does not.

`CloudControl` is a WSGI layer in front of moto. It answers ``CloudApiService.*`` for the types of `_TYPES`, by calling
the service's own backend, so that what Cloud Control made is there for the service's other calls too.

Source: Cloud Control API reference; an operation's outcome is reported by a ProgressEvent, failures included. Every
operation ends at once.
"""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias
from uuid import uuid4

import botocore.session
import jsonpatch
from botocore.validate import ParamValidator
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.base_backend import BaseBackend
from moto.core.exceptions import ServiceException
from moto.sagemaker.models import SageMakerModelBackend, sagemaker_backends

from constructs_lib.testing.moto.accounts import Place, WsgiApplication, place_of
from constructs_lib.testing.moto.calls import kept

Properties: TypeAlias = dict[str, Any]

_SERVICE = "CloudApiService."


class Failure(Exception):
    """An operation that ends as FAILED, with one of Cloud Control's handler error codes."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


class ResourceType(ABC):
    """One CloudFormation type: how its resources come and go in a backend."""

    @abstractmethod
    def backend(self, place: Place) -> BaseBackend:
        """The service's backend, which also keeps what Cloud Control knows of the resources."""

    @abstractmethod
    def create(self, place: Place, desired: Properties) -> tuple[str, Properties]:
        """Make the resource; returns its primary identifier and its properties as read back."""

    def update(self, properties: Properties, patch: list[dict[str, Any]]) -> Properties:  # noqa: ARG002  (a hook)
        """Change the resource by a JSON patch. Every property is create-only unless a type says otherwise."""
        patched = ", ".join(change["path"] for change in patch)
        raise Failure("NotUpdatable", f"Create-only properties cannot be updated: {patched}")

    @abstractmethod
    def delete(self, place: Place, properties: Properties) -> None:
        """Remove the resource."""


class ModelBiasJobDefinition(ResourceType):
    """AWS::SageMaker::ModelBiasJobDefinition, of which nothing can be updated."""

    def backend(self, place: Place) -> SageMakerModelBackend:
        """SageMaker's."""
        return sagemaker_backends[place.account][place.region]

    def create(self, place: Place, desired: Properties) -> tuple[str, Properties]:
        """By CreateModelBiasJobDefinition; a name in use fails."""
        backend = self.backend(place)
        name = desired.get("JobDefinitionName") or f"ModelBiasJobDefinition-{uuid4().hex[:12]}"
        if name in backend.model_bias_job_definitions:
            raise Failure("AlreadyExists", f"Resource of type AWS::SageMaker::ModelBiasJobDefinition {name} exists")
        made = backend.create_model_bias_job_definition(
            account_id=place.account,
            job_definition_name=name,
            tags=desired.get("Tags"),
            role_arn=desired["RoleArn"],
            job_resources=desired["JobResources"],
            stopping_condition=desired.get("StoppingCondition"),
            network_config=desired.get("NetworkConfig"),
            model_bias_baseline_config=desired.get("ModelBiasBaselineConfig"),
            model_bias_app_specification=desired["ModelBiasAppSpecification"],
            model_bias_job_input=desired["ModelBiasJobInput"],
            model_bias_job_output_config=desired["ModelBiasJobOutputConfig"],
        )
        arn = made["JobDefinitionArn"]
        created = backend.model_bias_job_definitions[name].creation_time.isoformat()
        return arn, {**desired, "JobDefinitionName": name, "JobDefinitionArn": arn, "CreationTime": created}

    def delete(self, place: Place, properties: Properties) -> None:
        """By DeleteModelBiasJobDefinition; one that a schedule uses fails."""
        try:
            self.backend(place).delete_model_bias_job_definition(properties["JobDefinitionName"])
        except ServiceException as error:
            raise Failure("GeneralServiceException", error.message) from error


class AlarmMuteRule(ResourceType):
    """AWS::CloudWatch::AlarmMuteRule. moto's CloudWatch does not know mute rules: they are kept, and mute nothing."""

    def backend(self, place: Place) -> BaseBackend:
        """CloudWatch's."""
        return cloudwatch_backends[place.account][place.region]

    def create(self, place: Place, desired: Properties) -> tuple[str, Properties]:
        """One with the same name is in the way, and every alarm must be there."""
        known = kept(self.backend(place), "cloud_control").get("AWS::CloudWatch::AlarmMuteRule", {})
        arn = f"arn:aws:cloudwatch:{place.region}:{place.account}:alarm-mute-rule:{desired['Name']}"
        if arn in known:
            raise Failure("AlreadyExists", f"Resource of type AWS::CloudWatch::AlarmMuteRule {arn} exists")
        return arn, {**desired, "Arn": arn, "Status": "SCHEDULED"}

    def update(self, properties: Properties, patch: list[dict[str, Any]]) -> Properties:
        """Everything but the name."""
        patched: Properties = jsonpatch.apply_patch(properties, patch)
        return patched

    def delete(self, place: Place, properties: Properties) -> None:
        """Nothing depends on it."""


class ServiceLevelObjective(ResourceType):
    """AWS::ApplicationSignals::ServiceLevelObjective, which moto has nothing of: it is kept, and measures nothing.

    The request that CloudFormation's handler would send is checked against the API's own model.
    """

    type_name = "AWS::ApplicationSignals::ServiceLevelObjective"
    read_only = frozenset({"Arn", "CreatedTime"})

    def backend(self, place: Place) -> BaseBackend:
        """CloudWatch's, for there is none of Application Signals."""
        return cloudwatch_backends[place.account][place.region]

    def create(self, place: Place, desired: Properties) -> tuple[str, Properties]:
        """By CreateServiceLevelObjective; a name in use fails."""
        known = kept(self.backend(place), "cloud_control").get(self.type_name, {})
        arn = f"arn:aws:application-signals:{place.region}:{place.account}:slo/{desired['Name']}"
        if arn in known:
            raise Failure("AlreadyExists", f"Resource of type {self.type_name} {arn} exists")
        _check_objective(desired)
        return arn, {**desired, "Arn": arn, "CreatedTime": int(time.time())}

    def update(self, properties: Properties, patch: list[dict[str, Any]]) -> Properties:
        """Everything but the name."""
        patched: Properties = jsonpatch.apply_patch(properties, patch)
        _check_objective({key: value for key, value in patched.items() if key not in self.read_only})
        return patched

    def delete(self, place: Place, properties: Properties) -> None:
        """Nothing depends on it."""


def _check_objective(desired: Properties) -> None:
    """The type's properties are called as the API's, but for indicators and what they measure."""
    request = dict(desired)
    if sli := request.pop("RequestBasedSli", None):
        request["RequestBasedSliConfig"] = {"RequestBasedSliMetricConfig": sli["RequestBasedSliMetric"]}
    service = botocore.session.get_session().get_service_model("application-signals")
    shape = service.operation_model("CreateServiceLevelObjective").input_shape
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        raise Failure("InvalidRequest", report.generate_report())


_TYPES: Mapping[str, ResourceType] = {
    "AWS::SageMaker::ModelBiasJobDefinition": ModelBiasJobDefinition(),
    "AWS::CloudWatch::AlarmMuteRule": AlarmMuteRule(),
    ServiceLevelObjective.type_name: ServiceLevelObjective(),
}


class CloudControl:
    """Answers Cloud Control requests; passes every other one on."""

    def __init__(self, application: WsgiApplication) -> None:
        self._application = application
        self._events: dict[str, Properties] = {}
        self._asked: dict[str, Properties] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """One WSGI request."""
        target: str = environ.get("HTTP_X_AMZ_TARGET", "")
        if not target.startswith(_SERVICE):
            return self._application(environ, start_response)
        wanted = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
        status, answer = self._answer(target.removeprefix(_SERVICE), place_of(environ), wanted)
        body = json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, action: str, place: Place, wanted: Properties) -> tuple[str, Properties]:
        if action == "GetResourceRequestStatus":
            return "200 OK", {"ProgressEvent": self._events[wanted["RequestToken"]]}
        if event := self._asked.get(wanted.get("ClientToken", "")):
            return "200 OK", {"ProgressEvent": event}  # sent again after a broken connection: done once
        resource_type = _TYPES.get(wanted["TypeName"])
        if resource_type is None:
            return _refused("UnsupportedActionException", f"{wanted['TypeName']} is not among {', '.join(_TYPES)}")
        known = kept(resource_type.backend(place), "cloud_control").setdefault(wanted["TypeName"], {})
        if action == "ListResources":
            return "200 OK", {
                "TypeName": wanted["TypeName"],
                "ResourceDescriptions": [_description(*item) for item in known.items()],
            }
        identifier = wanted.get("Identifier")
        if identifier is not None and identifier not in known:
            return _refused("ResourceNotFoundException", f"{wanted['TypeName']} {identifier} was not found")
        if identifier is not None and action == "GetResource":
            description = _description(identifier, known[identifier])
            return "200 OK", {"TypeName": wanted["TypeName"], "ResourceDescription": description}
        return "200 OK", {"ProgressEvent": self._operate(action, resource_type, place, wanted, known)}

    def _operate(
        self, action: str, resource_type: ResourceType, place: Place, wanted: Properties, known: dict[str, Properties]
    ) -> Properties:
        event = {
            "TypeName": wanted["TypeName"],
            "Identifier": wanted.get("Identifier"),
            "RequestToken": str(uuid4()),
            "Operation": action.removesuffix("Resource").upper(),
            "OperationStatus": "SUCCESS",
            "EventTime": time.time(),
        }
        try:
            if action == "CreateResource":
                event["Identifier"], made = resource_type.create(place, json.loads(wanted["DesiredState"]))
                known[event["Identifier"]] = made
            elif action == "DeleteResource":
                resource_type.delete(place, known[wanted["Identifier"]])
                del known[wanted["Identifier"]]
            else:
                patch = json.loads(wanted["PatchDocument"])
                known[wanted["Identifier"]] = resource_type.update(known[wanted["Identifier"]], patch)
        except Failure as failure:
            event |= {"OperationStatus": "FAILED", "ErrorCode": failure.code, "StatusMessage": failure.message}
        self._events[event["RequestToken"]] = event
        if token := wanted.get("ClientToken"):
            self._asked[token] = event
        return event


def _description(identifier: str, properties: Properties) -> Properties:
    return {"Identifier": identifier, "Properties": json.dumps(properties)}


def _refused(code: str, message: str) -> tuple[str, Properties]:
    return "400 Bad Request", {"__type": code, "message": message}
