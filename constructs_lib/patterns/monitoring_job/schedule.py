"""When a monitoring job runs: hourly, every few hours, or daily at an hour. SageMaker takes nothing else.

Source: SageMaker developer guide, "The cron expression for monitoring schedule". A run starts up to 20 minutes late.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from constructs_lib.errors import Problem
from constructs_lib.model import checked, shown

LATE_SECONDS = 1_200
_DAILY = re.compile(r"daily( at (?P<hour>\d{1,2})(:00)?)?")
_EVERY = re.compile(r"every (?P<hours>\d{1,2}) hours")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule SageMaker takes.

    Attributes:
        hours: Between two runs; those that do not divide the day start again at midnight UTC.
        at_hour: Hour of the first run of a day, UTC.
    """

    hours: int
    at_hour: int = 0

    @property
    def expression(self) -> str:
        """As SageMaker writes it: `cron(0 * ? * * *)`."""
        hour = {1: "*", 24: str(self.at_hour)}.get(self.hours, f"{self.at_hour}/{self.hours}")
        return f"cron(0 {hour} ? * * *)"

    @property
    def seconds(self) -> int:
        """Seconds between two runs."""
        return self.hours * 3_600

    def offsets(self, delay_hours: int = 0) -> tuple[str, str]:
        """Start and end of the data a run looks at, before it: the interval, as long ago as the labels take."""
        return _before(self.hours + delay_hours), _before(delay_hours)


def parse(text: str) -> Schedule:
    """The schedule in a text that `problem` has nothing against."""
    if text == "hourly":
        return Schedule(hours=1)
    if match := _DAILY.fullmatch(text):
        return Schedule(hours=24, at_hour=int(match["hour"] or 0))
    match = _EVERY.fullmatch(text)
    assert match is not None, text  # noqa: S101
    return Schedule(hours=int(match["hours"]))


def problem(text: str) -> Problem | None:
    """hourly, daily, daily at an hour, every N hours."""
    daily, every = _DAILY.fullmatch(text), _EVERY.fullmatch(text)
    if text == "hourly" or (daily and int(daily["hour"] or 0) <= 23) or (every and 2 <= int(every["hours"]) <= 23):
        return None
    return Problem(
        f"{shown(text)} is not a schedule SageMaker keeps",
        "write hourly, every 6 hours (2 to 23), daily, or daily at 17 (0 to 23, UTC)",
    )


ScheduleText = Annotated[str, Field(examples=["hourly", "every 6 hours", "daily at 3"]), checked(problem)]


def _before(hours: int) -> str:
    return "-P1D" if hours == 24 else f"-PT{hours}H"
