"""Alarms on lines in a log, with what keeps, searches and masks the log."""

from __future__ import annotations

from typing import Any, Unpack

from constructs_lib.cdk import Construct
from constructs_lib.options.link import Exports
from constructs_lib.patterns.log_pattern import LogPatternSpec
from constructs_lib.patterns.log_pattern.alarms import alarms, detector_name
from constructs_lib.patterns.log_pattern.resources.data_protection import data_protection
from constructs_lib.patterns.log_pattern.resources.log_anomaly_detector import log_anomaly_detector
from constructs_lib.patterns.log_pattern.resources.log_archive import LogArchive
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.encryption_key import AnyKey
from constructs_lib.resources.log_group import log_group
from constructs_lib.resources.metric_filter import metric_filter
from constructs_lib.resources.surroundings import Given, Surroundings


class LogPatternMonitor(Construct):
    """Alerts when lines that match a filter, or a number they carry, are past a limit.

    Args:
        spec: What to look for, and where.

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
        ConfigError: A name over a service's limit, or a severity that no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: LogPatternSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self._name, self._environment, self._retain = here.name, here.environment, here.retain
        key = here.data_key() if spec.stores else None
        self.log_group = self._log_group(spec, key)
        self._group_name = self.log_group.name if self.log_group is not None else spec.log_group.reference
        self.filters: dict[str, Any] = {
            key: metric_filter(self, key, table, log_group_name=self._group_name)
            for key, table in zip(("total", "by-dimension"), spec.filters(self._name), strict=False)
        }
        self.data_protection = self._data_protection(spec)
        self.archive = self._archive(spec, key)
        self.anomaly_detector = self._anomaly_detector(spec)
        self.alarms = AlarmSet(self, alarms(spec, here.name, runbook=here.runbook), here.routing)
        self.made: Exports = {"log_group": self.log_group.name} if self.log_group is not None else {}
        self.outputs = self._outputs()

    def _log_group(self, spec: LogPatternSpec, key: AnyKey | None) -> Any:
        if not spec.log_group.create or key is None:
            return None
        return log_group(
            self,
            "log-group",
            name=spec.log_group.full_name,
            retention_days=spec.log_group.kept_days,
            key=key,
            retain=self._retain,
        )

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

    def _archive(self, spec: LogPatternSpec, key: AnyKey | None) -> LogArchive | None:
        if spec.archive is None or key is None:
            return None
        return LogArchive(
            self,
            "archive",
            spec.archive,
            names=spec.archive.parts(self._name, self._environment),
            prefix=self._name,
            log_group_name=self._group_name,
            environment=self._environment,
            encryption_key=key,
            retain=self._retain,
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
