"""The bias metrics SageMaker Clarify measures, what they mean, and when they are fine.

Source: SageMaker developer guide, "Pre-training Bias Metrics", "Post-training Data and Model Bias Metrics" and
"CloudWatch Metrics for Bias Drift Analysis". How the values of `Facet` and `Label` are written as dimensions follows
the open-source part of Clarify (github.com/aws/amazon-sagemaker-clarify, src/smclarify/bias/report.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ENDPOINT_NAMESPACE = "aws/sagemaker/Endpoints/bias-metrics"  # no leading slash, unlike the instance metrics
BATCH_NAMESPACE = "aws/sagemaker/ModelMonitoring/bias-metrics"

Stage = Literal["Pre-training", "Post-Training"]  # as published, the case included
Shape = Literal["difference", "ratio", "distance"]
"""difference: signed, fine around 0. ratio: fine around 1. distance: 0 or more, fine near 0."""


@dataclass(frozen=True, slots=True)
class BiasMetric:
    """One of Clarify's metrics.

    Attributes:
        meaning: What it is, in words.
        stage: Whether it looks at the labels alone, or at predictions too.
        shape: Where it is fine.
        needs_group: Whether Clarify asks for a `group` column to measure it.
    """

    meaning: str
    stage: Stage
    shape: Shape = "difference"
    needs_group: bool = False


def _labels(meaning: str, shape: Shape = "difference", *, needs_group: bool = False) -> BiasMetric:
    return BiasMetric(meaning, "Pre-training", shape, needs_group)


def _predictions(meaning: str, shape: Shape = "difference", *, needs_group: bool = False) -> BiasMetric:
    return BiasMetric(meaning, "Post-Training", shape, needs_group)


METRICS: Mapping[str, BiasMetric] = MappingProxyType(
    {
        "CI": _labels("imbalance in the number of members"),
        "DPL": _labels("difference in positive labels"),
        "KL": _labels("Kullback-Leibler divergence of the labels", "distance"),
        "JS": _labels("Jensen-Shannon divergence of the labels", "distance"),
        "LP": _labels("Lp-norm between the labels", "distance"),
        "TVD": _labels("total variation distance of the labels", "distance"),
        "KS": _labels("largest gap (Kolmogorov-Smirnov) between the labels", "distance"),
        "CDDL": _labels("disparity in labels within subgroups", needs_group=True),
        "DPPL": _predictions("difference in positive predictions"),
        "DI": _predictions("ratio of positive predictions", "ratio"),
        "CDDPL": _predictions("disparity in predictions within subgroups", needs_group=True),
        "FT": _predictions("difference in predictions among nearest neighbours"),
        "AD": _predictions("difference in accuracy"),
        "RD": _predictions("difference in recall"),
        "DCAcc": _predictions("difference in conditional acceptance"),
        "DCA": _predictions("difference in conditional acceptance"),  # the name in older images
        "DAR": _predictions("difference in acceptance rates"),
        "SD": _predictions("difference in specificity"),
        "DCR": _predictions("difference in conditional rejection"),
        "DRR": _predictions("difference in rejection rates"),
        "TE": _predictions("difference in kinds of error (treatment equality)"),
        "GE": _predictions("inequality of benefit (generalized entropy)", "distance"),
    }
)
"""By the name Clarify gives it; CloudWatch puts `bias_metric_` in front."""


def metric_name(name: str) -> str:
    """The name in CloudWatch."""
    return f"bias_metric_{name}"


Value = str | int | float | bool


def published(values: Sequence[Value]) -> str:
    """Values as Clarify writes them into a dimension: `1`, `free,trial`."""
    return ",".join(str(value) for value in values)
