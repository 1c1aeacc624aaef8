"""Alarms on lines in a log, with what keeps, searches and masks the log."""

from __future__ import annotations

from typing import Any

from constructs_lib.alarms.routing import Routing
from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct
from constructs_lib.options.link import Made
from constructs_lib.patterns.log_pattern import LogPatternSpec
from constructs_lib.patterns.log_pattern.alarms import detector_name
from constructs_lib.patterns.log_pattern.resources.data_protection import data_protection
from constructs_lib.patterns.log_pattern.resources.log_anomaly_detector import log_anomaly_detector
from constructs_lib.patterns.log_pattern.resources.log_archive import LogArchive
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.encryption_key import EncryptionKey, data_key
from constructs_lib.resources.log_group import log_group
from constructs_lib.resources.metric_filter import metric_filter
from constructs_lib.resources.naming import check_names, default_name

RETENTION_DAYS = 90
"""A quarter: what is still asked about is usually younger, and an archive keeps the rest for less money."""


class LogPatternMonitor(Construct):
    """Tells when lines that match a filter, or a number they carry, are past a limit.

    Args:
        scope: Parent construct.
        construct_id: Construct id.
        spec: What to look for, and where.
        environment: Account and Region.
        notifications: Who hears of which severity.
        name: What all names begin with, the metric's too. Left out: the stack's id and the construct's.
        runbook: Link to the runbook; `{alarm}` stands for the alarm's name.
        encryption_key: Encrypts what is stored here: a log group that is made, an archive. Left out: one is made.

    Attributes:
        log_group: The aws_cloudwatch_log_group, or None where it is used as found.
        filters: aws_cloudwatch_log_metric_filter by key: `total`, and with dimensions `by-dimension`.
        archive: The LogArchive, or None.
        anomaly_detector: The aws_cloudwatch_log_anomaly_detector, or None.
        data_protection: The aws_cloudwatch_log_data_protection_policy, or None.
        alarms: The alarms by key: `alarm`, `alarm-VALUE`, `archive-stale`, `archive-refused`, `log-anomalies`.
        made: References to what other monitors may name.
        outputs: Names of what was made.

    Raises:
        ConfigError: A name over a service's limit, or a severity that nobody receives.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: LogPatternSpec,
        *,
        environment: Environment,
        notifications: Routing,
        name: str | None = None,
        runbook: str | None = None,
        encryption_key: EncryptionKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name = name if name is not None else default_name(self)
        self._environment = environment
        self._encryption_key = encryption_key
        check_names(spec, self._name, environment)
        self.log_group: Any = None
        if spec.log_group.create:
            days = spec.log_group.retention_days
            self.log_group = log_group(
                self,
                "log-group",
                name=spec.log_group.full_name,
                retention_days=days if days is not None else RETENTION_DAYS,
                key=self._key(),
            )
        self._group_name = self.log_group.name if self.log_group is not None else spec.log_group.reference
        self.filters: dict[str, Any] = {
            key: metric_filter(self, key, table, log_group_name=self._group_name)
            for key, table in zip(("total", "by-dimension"), spec.filters(self._name), strict=False)
        }
        self.data_protection = self._data_protection(spec)
        self.archive = self._archive(spec)
        self.anomaly_detector = self._anomaly_detector(spec)
        self.alarms = AlarmSet(self, spec.alarms(self._name, runbook=runbook), notifications)
        self.made: Made = {"log_group": self.log_group.name} if self.log_group is not None else {}
        self.outputs = self._outputs()

    def _key(self) -> EncryptionKey:
        if self._encryption_key is None:
            self._encryption_key = data_key(self, "key", name=self._name, environment=self._environment)
        return self._encryption_key

    def _data_protection(self, spec: LogPatternSpec) -> Any:
        if not spec.mask:
            return None
        return data_protection(
            self,
            "data-protection",
            log_group_name=self._group_name,
            identifiers=spec.mask,
            environment=self._environment,
        )

    def _archive(self, spec: LogPatternSpec) -> LogArchive | None:
        if spec.archive is None:
            return None
        return LogArchive(
            self,
            "archive",
            spec.archive,
            names=spec.archive.parts(self._name, self._environment),
            prefix=self._name,
            log_group_name=self._group_name,
            environment=self._environment,
            encryption_key=self._key(),
        )

    def _anomaly_detector(self, spec: LogPatternSpec) -> Any:
        if not spec.anomaly_detector:
            return None
        arn = self.log_group.arn if self.log_group is not None else spec.log_group.arn(self._environment)
        return log_anomaly_detector(self, "anomaly-detector", name=detector_name(self._name), log_group_arn=arn)

    def _outputs(self) -> dict[str, Any]:
        outputs: dict[str, Any] = {
            "log_group": self._group_name,
            "filters": [resource.name for resource in self.filters.values()],
            "alarms": [resource.alarm_name for resource in self.alarms.resources.values()],
        }
        if self.archive is not None:
            outputs["bucket"] = self.archive.bucket_name
            outputs["delivery_stream"] = self.archive.stream.name
            outputs["delivery_errors"] = self.archive.errors.name
            outputs["delivery_role"] = self.archive.delivery_role.arn
        if self.anomaly_detector is not None:
            outputs["anomaly_detector"] = self.anomaly_detector.detector_name
        return outputs
