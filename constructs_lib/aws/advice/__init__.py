"""What AWS advises to watch of each type of resource: its recommended alarms, with a reason and a first step for each.

The numbers are AWS's: those of its dataset (`aws/dataset`), or of the page that a kind names. The words are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from constructs_lib.aws.advice import compute, data, network
from constructs_lib.aws.advice.facts import Advice, Dimension, Kind, Look, Only, Part, Start
from constructs_lib.aws.dataset import RecommendedAlarm, recommended_for

__all__ = ["KINDS", "Advice", "Dimension", "Kind", "Look", "Only", "Part", "Start", "facts_of"]

KINDS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    dict(sorted({**compute.KINDS, **data.KINDS, **network.KINDS}.items()))
)
"""By Terraform's type. A type of several kinds has the usual one first."""


def facts_of(kind: Kind, advice: Advice) -> RecommendedAlarm:
    """The numbers of an alarm, and the dimensions it reads.

    Raises:
        LookupError: AWS's dataset has no such alarm for the resource.
    """
    names = {dimension.name: dimension.value or None for dimension in kind.dimensions}
    found = advice.facts
    if found is None:
        own = set(names) | set(advice.query)
        fits = [
            alarm
            for alarm in recommended_for(kind.namespace)
            if alarm.metric == advice.metric and alarm.dimensions and alarm.dimensions.keys() <= own
        ]
        if len(fits) != 1:
            raise LookupError(f"{kind.namespace} {advice.metric} is not among AWS's recommended alarms of {[*names]}")
        (found,) = fits
    read = {name: names[name] for name in found.dimensions or names if name in names}
    breaching, of, seconds = advice.window or (found.datapoints, found.of, found.period_seconds)
    return replace(found, metric=advice.metric, dimensions=read, datapoints=breaching, of=of, period_seconds=seconds)
