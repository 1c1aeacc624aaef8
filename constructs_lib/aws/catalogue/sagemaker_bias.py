"""What SageMaker's bias monitoring jobs publish: one value per run."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets
from constructs_lib.aws.sagemaker import bias

_BATCH_DIMENSIONS = "MonitoringSchedule BiasStage Label LabelValue Facet FacetValue"


def _subject(dimensions: Mapping[str, str]) -> str:
    return f"{dimensions['Facet']} {dimensions['FacetValue']} and everyone else"


def _namespace(name: str, names: str) -> Namespace:
    return Namespace(
        name=name,
        source="https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-model-monitor-bias-drift-cw.html",
        dimension_sets=dimension_sets(names),
        subject=_subject,
        metrics={
            bias.metric_name(key): MetricFacts(
                meaning=metric.meaning,
                unit="none",
                statistics=("Average",),
                impact="The model treats these people differently from everyone else",
                first_step="Open the monitor's newest report and compare with the last model and its training data",
                period_seconds=3_600,  # jobs run hourly at most
                requires="a monitoring schedule, or a job of one's own that publishes the same",
            )
            for key, metric in bias.METRICS.items()
        },
    )


ENDPOINTS = _namespace(bias.ENDPOINT_NAMESPACE, f"Endpoint {_BATCH_DIMENSIONS}")
BATCH = _namespace(bias.BATCH_NAMESPACE, _BATCH_DIMENSIONS)
