"""What AWS does not document, as settings with a stated default.

Every field is an unknown: docs/simulation.md says what is known about each, and `ALTERNATIVES` what else it may be, so
that a verdict can be tried under the other readings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How CloudWatch is taken to behave where its documentation is silent.

    Attributes:
        extra_periods: How many periods more than N an evaluation reads. None takes 2 periods, or 5 minutes where that
            is more: 5 at N = 3 and 5 minutes is documented, one minute was observed to read 6 or 7.
        premature: Which pattern of few, breaching points counts as an alarm: `oldest`, where the oldest point is M
            periods old or older; `exact`, where it is exactly M periods old.
        arrival_delay_seconds: How long after its time a value can be read. 0 is optimistic: most services take one to
            three minutes.
        hourly_minute: The minute of the hour at which an alarm of more than a day is evaluated.
        percentile: `nearest` takes the sample of that rank, `linear` a point between two of them.
        low_samples: Whether too few samples are counted in each judged point (`point`) or in all of them (`all`).
        if_without_value: What IF(TS, TS, TS) gives where the condition is false and the third series has no point:
            AWS's page has said both.
        stddev: Divide by n (`population`) or by n - 1 (`sample`).
        band_first: Which edge FIRST(ANOMALY_DETECTION_BAND(m)) takes: AWS's page has said both.
        muted_return: Whether an alarm that came back during a mute window runs the action of the state it is in when
            the window ends.
        tracking_low_percent: How far down, in percent of the target, the metric has to be before target tracking
            removes something: 90 is common, and 70 was seen of Auto Scaling groups.
    """

    extra_periods: int | None = None
    premature: Literal["oldest", "exact"] = "oldest"
    arrival_delay_seconds: int = 0
    hourly_minute: int = 0
    percentile: Literal["nearest", "linear"] = "nearest"
    low_samples: Literal["point", "all"] = "point"
    if_without_value: Literal["zero", "dropped"] = "zero"
    stddev: Literal["population", "sample"] = "population"
    band_first: Literal["lower", "upper"] = "lower"
    muted_return: Literal["runs", "quiet"] = "runs"
    tracking_low_percent: int = 90

    def periods_read(self, period_seconds: int, periods: int) -> int:
        """The evaluation range, in periods: how far back an evaluation of N periods reads."""
        extra = max(2, -(-300 // period_seconds)) if self.extra_periods is None else self.extra_periods
        return periods + extra


ALTERNATIVES: Mapping[str, tuple[object, ...]] = {
    "extra_periods": (0, 2, 6),
    "premature": ("exact",),
    "arrival_delay_seconds": (120,),
    "hourly_minute": (59,),
    "percentile": ("linear",),
    "low_samples": ("all",),
    "if_without_value": ("dropped",),
    "stddev": ("sample",),
    "band_first": ("upper",),
    "muted_return": ("quiet",),
    "tracking_low_percent": (70,),
}
"""Other values that each setting may have in truth."""
