"""The alarms of a data monitor: one for each feature that may drift, and one for silence."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Row, above, table
from constructs_lib.aws.names import join
from constructs_lib.options.undelivered import undelivered
from constructs_lib.patterns.data_quality.spec import DataQualitySpec
from constructs_lib.patterns.monitoring_job.alarms import silence, unpublished
from constructs_lib.patterns.monitoring_job.construct_id import construct_id


@table
def alarms(spec: DataQualitySpec, name: str) -> Iterator[Row]:
    """Each feature's drift, silence, and messages that reached no one."""
    # fmt: off
    for feature, limit in spec.drift.items():
        yield Row(construct_id("drift", feature), _drift(spec, feature, name, "Average"), above(limit), spec.evaluate,
            name=join(name, "drift", feature), missing="ignore",  # between two runs the last result stands
            impact="The model is asked about something else than it was trained on, and its answers mean less",
            first_step="Open the newest report of the monitor; look whether the data changed, or the way it is sent")
    # fmt: on
    yield silence(spec, name, unknown="whether the data drifts")
    for feature in list(spec.drift)[:1]:
        yield unpublished(spec, _drift(spec, feature, name, "SampleCount"), what="drift")
    yield undelivered(spec.undelivered_queue(name))


def _drift(spec: DataQualitySpec, feature: str, name: str, statistic: str) -> Metric:
    common = spec.dimensions
    if common is None:
        endpoint = {"Endpoint": spec.endpoint.name} if spec.endpoint is not None else {}
        common = {**endpoint, "MonitoringSchedule": name}
    return Metric(
        namespace=spec.published_in,
        name=f"feature_baseline_drift_{feature}",
        dimensions={**common, "Feature": feature},
        statistic=statistic,
        period_seconds=spec.every.seconds,
        custom=True,
        label=f"drift of the feature {feature} from its baseline",
    )
