"""A SageMaker endpoint with alarms, or the alarms alone."""

from __future__ import annotations

from typing import Any

from constructs_lib.alarms.routing import Routing
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.sagemaker.instances import takes_key
from constructs_lib.cdk import Construct, aws
from constructs_lib.options.link import Made
from constructs_lib.patterns.model_endpoint import ModelArtifact, ModelEndpointSpec
from constructs_lib.patterns.model_endpoint.alarms import INSTANCES, ROLLBACK
from constructs_lib.patterns.model_endpoint.resources import endpoint as endpoints
from constructs_lib.patterns.model_endpoint.resources.model import model
from constructs_lib.resources import s3_access
from constructs_lib.resources import sagemaker_permissions as permissions
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.encryption_key import EncryptionKey, data_key
from constructs_lib.resources.naming import check_names, default_name
from constructs_lib.resources.policy import Statement
from constructs_lib.resources.role import Role
from constructs_lib.resources.storage import StoragePlace


class ModelEndpoint(Construct):
    """Serves a model, keeps its traffic if asked, and tells when callers would notice something.

    Args:
        scope: Parent construct.
        construct_id: Construct id.
        spec: What to serve, on what, and when to tell.
        environment: Account and Region.
        notifications: Who hears of which severity.
        name: The endpoint's name, with which all names begin. Left out: the stack's id and the construct's.
        runbook: Link to the runbook; `{alarm}` stands for the alarm's name.
        encryption_key: Encrypts disks and captured data. Left out: one is made where it is needed.

    Attributes:
        model: The aws_sagemaker_model; None, like the next four, for an endpoint that is there already.
        configuration: The aws_sagemaker_endpoint_configuration.
        endpoint: The aws_sagemaker_endpoint.
        role: The Role its containers run with, or None where one was given.
        capture: The StoragePlace of its traffic, or None.
        scaling: The aws_appautoscaling_target, or None.
        alarms: The alarms by key: `errors-5xx`, `errors-4xx`, `latency`, `gpu`, `gpu-memory`, `memory`, `disk`,
            `traffic`.
        made: References to what other monitors may name.
        outputs: Names of what was made.

    Raises:
        ConfigError: A name over SageMaker's limit, or a severity that nobody receives.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: ModelEndpointSpec,
        *,
        environment: Environment,
        notifications: Routing,
        name: str | None = None,
        runbook: str | None = None,
        encryption_key: EncryptionKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name = name if name is not None else default_name(self)
        self._environment, self._encryption_key = environment, encryption_key
        check_names(spec, self._name, environment)
        # Before the endpoint, for it names those that take a deployment back.
        self.alarms = AlarmSet(self, spec.alarms(self._name, runbook=runbook), notifications)
        self._rollback = [self.alarms[key].alarm_name for key in ROLLBACK if key in self.alarms.resources]
        self.capture = self._capture(spec)
        self.role = self._role(spec, spec.model) if spec.model is not None and spec.role_arn is None else None
        self.model: Any = self._model(spec, spec.model) if spec.model is not None else None
        self.configuration: Any = self._configuration(spec) if spec.model is not None else None
        self.endpoint: Any = self._endpoint(spec) if spec.model is not None else None
        self.scaling: Any = None
        if spec.scaling is not None:
            self.scaling = endpoints.scaling(self, spec.scaling, endpoint=self.endpoint, variant=spec.variant)
        endpoint_name = self.endpoint.name if self.endpoint is not None else spec.endpoint_name(self._name)
        self.made: Made = {"sagemaker_endpoint": endpoint_name}
        self.outputs: dict[str, Any] = {"endpoint": endpoint_name}
        if self.capture is not None:
            self.made = {**self.made, "data_capture": self.capture.address}
            if self.capture.kms_key_arn is not None:
                self.made = {**self.made, "data_capture_key": self.capture.kms_key_arn}
            self.outputs["captured_data"] = self.capture.address

    def _capture(self, spec: ModelEndpointSpec) -> StoragePlace | None:
        if spec.capture is None:
            return None
        return StoragePlace(
            self,
            "capture",
            spec.capture,
            name=spec.capture_name(self._name),
            folder=self._name,
            environment=self._environment,
            encryption_key=self._key(),
        )

    def _model(self, spec: ModelEndpointSpec, artifact: ModelArtifact) -> Any:
        return model(
            self,
            "model",
            artifact,
            name=self._name,
            role=self.role if self.role is not None else str(spec.role_arn),
            vpc=spec.vpc,
        )

    def _configuration(self, spec: ModelEndpointSpec) -> Any:
        return endpoints.configuration(
            self,
            "configuration",
            spec,
            name=self._name,
            model_name=self.model.name,
            capture_address=self.capture.address if self.capture is not None else None,
            key_arn=self._key().arn if _takes_key(spec) else None,
        )

    def _endpoint(self, spec: ModelEndpointSpec) -> Any:
        return aws.sagemaker_endpoint.SagemakerEndpoint(
            self,
            "endpoint",
            name=self._name,
            endpoint_config_name=self.configuration.name,
            deployment_config=endpoints.deployment(spec.deployment, spec.instances, self._rollback)
            if spec.instances is not None
            else None,
            depends_on=self.capture.ready if self.capture is not None else None,
        )

    def _key(self) -> EncryptionKey:
        if self._encryption_key is None:
            self._encryption_key = data_key(self, "key", name=self._name, environment=self._environment)
        return self._encryption_key

    def _role(self, spec: ModelEndpointSpec, artifact: ModelArtifact) -> Role:
        environment = self._environment
        statements = [
            *permissions.pull(artifact.image, environment),
            permissions.logs(f"/aws/sagemaker/Endpoints/{self._name}", environment),
            permissions.metrics([INSTANCES]),
            *permissions.network(spec.vpc),
        ]
        if artifact.data is not None:
            statements += s3_access.read(self, "Model", artifact.data, environment)
        if artifact.data_kms_key_arn is not None:
            statements.append(s3_access.use_key("DecryptModel", artifact.data_kms_key_arn, environment))
        if self.capture is not None:
            statements += self.capture.writable("CapturedData")
        if _takes_key(spec):
            statements += permissions.volumes(self._key().arn)
        if spec.instances is not None and self._rollback:
            # SageMaker looks at the alarms with this role to know whether to take a deployment back.
            watched = [environment.arn("cloudwatch", f"alarm:{alarm}") for alarm in self._rollback]
            statements.append(Statement(sid="SeeAlarms", actions=["cloudwatch:DescribeAlarms"], resources=watched))
        return Role(
            self,
            "role",
            name=spec.role_name(self._name),
            description=f"Lets the endpoint {self._name} fetch its model and write its logs",
            service=permissions.SERVICE,
            conditions=permissions.assumed_by(environment),
            statements=statements,
        )


def _takes_key(spec: ModelEndpointSpec) -> bool:
    return spec.instances is not None and takes_key(spec.instances.type)
