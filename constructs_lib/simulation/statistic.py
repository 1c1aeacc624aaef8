"""A CloudWatch statistic, read from its name: `Sum`, `p99.9`, `TM(10%:90%)`, `PR(:300)`.

Source: CloudWatch user guide, "CloudWatch statistics definitions".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SIMPLE = ("SampleCount", "Sum", "Average", "Minimum", "Maximum")
"""Those that a statistic set is enough for; the others need every sample."""

_SHORT = re.compile(r"(p|tm|wm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)")
_LONG = re.compile(r"(TM|WM|TC|TS|PR)\(\s*([\d.]*)(%?)\s*:\s*([\d.]*)(%?)\s*\)")
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")


class UnknownStatistic(ValueError):
    """CloudWatch has no such statistic."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """What is computed from the samples of a period.

    Attributes:
        kind: One of `SIMPLE`, or p, TM, WM, TC, TS, PR.
        low, high: The bounds; None is open. Of a percentile, `high`.
        percent: Whether the bounds are percentages of the samples, as a fraction of 1, and not values.
    """

    kind: str
    low: float | None = None
    high: float | None = None
    percent: bool = False

    @property
    def needs_samples(self) -> bool:
        """Whether sum, count, smallest and largest are not enough for it."""
        return self.kind not in SIMPLE

    @property
    def low_sample_limit(self) -> float:
        """Fewer samples than this are few for a percentile ("Percentile-based alarms and low data samples")."""
        if self.kind != "p" or self.high is None or not 0 < self.high < 1:
            return 0.0
        return round(10 / (1 - self.high) if self.high >= 0.5 else 10 / self.high, 6)


def parse(text: str) -> Statistic:
    """Read a statistic's name.

    Raises:
        UnknownStatistic: There is none of that name.
    """
    if text in SIMPLE:
        return Statistic(text)
    if text == "IQM":
        return Statistic("TM", 0.25, 0.75, percent=True)
    if (short := _SHORT.fullmatch(text)) and (share := float(short[2]) / 100) <= 1:
        return Statistic("p" if short[1] == "p" else short[1].upper(), None, share, percent=True)
    if long := _LONG.fullmatch(text):
        return _bounded(text, long)
    raise UnknownStatistic(f"{text!r} is not a CloudWatch statistic")


def _bounded(text: str, match: re.Match[str]) -> Statistic:
    kind, low, low_sign, high, high_sign = match.groups()
    signs = {sign for bound, sign in ((low, low_sign), (high, high_sign)) if bound}
    numbers = [bound for bound in (low, high) if bound]
    if len(signs) != 1 or not all(_NUMBER.fullmatch(bound) for bound in numbers) or (kind == "PR" and "%" in signs):
        raise UnknownStatistic(f"{text!r} has bounds that CloudWatch does not take")
    percent = "%" in signs
    size = 100 if percent else 1
    bounds = [float(bound) / size if bound else None for bound in (low, high)]
    if (percent and any(bound > 1 for bound in bounds if bound is not None)) or (
        bounds[0] is not None and bounds[1] is not None and bounds[0] >= bounds[1]
    ):
        raise UnknownStatistic(f"{text!r} has bounds that CloudWatch does not take")
    return Statistic(kind, bounds[0], bounds[1], percent=percent)
