"""All that serves a model: the SageMaker model, its endpoint and role, where its traffic is kept, how it scales."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.sagemaker.instances import takes_key
from constructs_lib.cdk import Construct
from constructs_lib.options.link import Exports
from constructs_lib.patterns.model_endpoint.alarms import INSTANCES
from constructs_lib.patterns.model_endpoint.options import ModelArtifact
from constructs_lib.patterns.model_endpoint.resources import endpoint as endpoints
from constructs_lib.patterns.model_endpoint.resources.model import model
from constructs_lib.patterns.model_endpoint.resources.scaling import InstanceScaling
from constructs_lib.patterns.model_endpoint.spec import ModelEndpointSpec
from constructs_lib.resources import s3_access
from constructs_lib.resources import sagemaker_permissions as permissions
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.encryption_key import AnyKey
from constructs_lib.resources.policy import Statement
from constructs_lib.resources.role import Role
from constructs_lib.resources.storage import StoragePlace
from constructs_lib.resources.surroundings import Surroundings
from constructs_lib.resources.values import aws


class ServedModel:
    """An endpoint that is made here, with all it needs, directly under the monitor's construct.

    Args:
        scope: The monitor's construct.
        spec: What to serve, and on what.
        artifact: The model.
        here: What is around it.
        alarms: The monitor's; some of them take a deployment back.

    Attributes:
        model: The aws_sagemaker_model.
        configuration: The aws_sagemaker_endpoint_configuration.
        endpoint: The aws_sagemaker_endpoint.
        role: The Role its containers run with, or None where one was given.
        capture: The StoragePlace of its traffic, or None.
        scaling: The InstanceScaling, or None.
    """

    def __init__(
        self, scope: Construct, spec: ModelEndpointSpec, artifact: ModelArtifact, here: Surroundings, alarms: AlarmSet
    ) -> None:
        self._scope, self._spec, self._artifact, self._here = scope, spec, artifact, here
        self._rollback = [alarms[alarm.key].alarm_name for alarm in alarms.table if alarm.rolls_back]
        key = here.data_key() if spec.stores else None
        self._disk_key = key if spec.instances is not None and takes_key(spec.instances.type) else None
        self.capture = self._capture(key)
        self.role = self._role() if spec.role_arn is None else None
        self.model: Any = model(
            scope,
            "model",
            artifact,
            name=here.name,
            role=self.role if self.role is not None else str(spec.role_arn),
            vpc=spec.vpc,
        )
        self.configuration: Any = endpoints.configuration(
            scope,
            "configuration",
            spec,
            name=here.name,
            model_name=self.model.name,
            capture_address=self.capture.address if self.capture is not None else None,
            key_arn=self._disk_key.arn if self._disk_key is not None else None,
        )
        self.endpoint: Any = self._endpoint()
        self.scaling: InstanceScaling | None = None
        if spec.scaling is not None:
            self.scaling = InstanceScaling(scope, spec.scaling, endpoint=self.endpoint.name, variant=spec.variant)

    @property
    def made(self) -> Exports:
        """References to what other monitors may name."""
        made: Exports = {"sagemaker_endpoint": self.endpoint.name}
        if self.capture is not None:
            made = {**made, "data_capture": self.capture.address}
            if self.capture.kms_key_arn is not None:
                made = {**made, "data_capture_key": self.capture.kms_key_arn}
        return made

    @property
    def outputs(self) -> dict[str, Any]:
        """Names of what was made."""
        captured = {"captured_data": self.capture.address} if self.capture is not None else {}
        return {"endpoint": self.endpoint.name, **captured}

    def _capture(self, key: AnyKey | None) -> StoragePlace | None:
        if self._spec.capture is None or key is None:
            return None
        return StoragePlace(
            self._scope,
            "capture",
            self._spec.capture,
            name=self._spec.capture_name(self._here.name),
            folder=self._here.name,
            environment=self._here.environment,
            encryption_key=key,
            retain=self._here.retain,
        )

    def _endpoint(self) -> Any:
        machines = self._spec.instances
        return aws.sagemaker_endpoint.SagemakerEndpoint(
            self._scope,
            "endpoint",
            name=self._here.name,
            endpoint_config_name=self.configuration.name,
            deployment_config=endpoints.deployment(self._spec.deployment, machines, self._rollback)
            if machines is not None
            else None,
            depends_on=self.capture.ready if self.capture is not None else None,
            lifecycle=endpoints.kept_if_taken_back(self.configuration),
        )

    def _role(self) -> Role:
        spec, artifact, name, environment = self._spec, self._artifact, self._here.name, self._here.environment
        statements = [
            *permissions.pull(artifact.image, environment),
            permissions.logs(f"/aws/sagemaker/Endpoints/{name}", environment),
            permissions.metrics([INSTANCES]),
            *permissions.network(spec.vpc),
        ]
        if artifact.data is not None:
            statements += s3_access.read(self._scope, "Model", artifact.data, environment)
        if artifact.data_kms_key_arn is not None:
            statements.append(s3_access.use_key("DecryptModel", artifact.data_kms_key_arn, environment))
        if self.capture is not None:
            statements += self.capture.writable("CapturedData")
        if self._disk_key is not None:
            statements += permissions.volumes(self._disk_key.arn)
        if spec.instances is not None and self._rollback:
            # SageMaker looks at the alarms with this role to know whether to take a deployment back.
            watched = [environment.arn("cloudwatch", f"alarm:{alarm}") for alarm in self._rollback]
            statements.append(Statement(sid="SeeAlarms", actions=["cloudwatch:DescribeAlarms"], resources=watched))
        return Role(
            self._scope,
            "role",
            name=spec.role_name(name),
            description=f"Lets the endpoint {name} fetch its model and write its logs",
            service=permissions.SERVICE,
            conditions=permissions.assumed_by(environment),
            statements=statements,
        )
