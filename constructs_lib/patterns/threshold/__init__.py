"""The pattern `threshold`: one metric, or a metric-math expression, against a limit you set."""

from constructs_lib.patterns.threshold.spec import ThresholdSpec

__all__ = ["ThresholdSpec"]
