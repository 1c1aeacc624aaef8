"""The pattern `anomaly`: a metric leaves the band CloudWatch has learnt for it."""

from constructs_lib.patterns.anomaly.spec import AnomalySpec

__all__ = ["AnomalySpec"]
