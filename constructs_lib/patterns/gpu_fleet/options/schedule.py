"""Other sizes at known times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from constructs_lib.aws import cron
from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked
from constructs_lib.patterns.gpu_fleet.options.size import PartialSize, Size
from constructs_lib.references import OrReference, of_literals

Cron = Annotated[str, checked(cron.expression), OrReference()]


class ScheduledSize(Model):
    """The group's size changes at a time, and with `until` changes back."""

    cron: Cron
    """When: minute, hour, day of the month, month, day of the week. Not EventBridge's six fields."""
    size: PartialSize
    """The size from then on."""
    until: Cron | None = None
    """When the group's own `size` comes back. Left out: nothing brings it back but another entry."""
    time_zone: Annotated[str, checked(cron.time_zone), OrReference()] = "UTC"
    """IANA name, such as Europe/Zurich; the times then follow its daylight saving."""

    @property
    def moments(self) -> tuple[tuple[str, str], ...]:
        """The keys and expressions it acts at."""
        return (("cron", self.cron), *((("until", self.until),) if self.until is not None else ()))


def schedule_problems(schedule: Sequence[ScheduledSize], size: Size) -> Iterator[Problem]:
    """No two actions at one time, which AWS refuses, and no size that contradicts the group's."""
    seen: set[tuple[object, str]] = set()
    for index, entry in enumerate(schedule):
        for broken in entry.size.within(size):
            yield broken.under(f"{index}.size")
        for key, expression in entry.moments:
            moment = (of_literals(cron.meaning)(expression) or expression, entry.time_zone)
            if moment in seen:
                yield Problem(
                    f"{expression!r} is taken by another entry, and a group does one thing at a time",
                    "choose another time, or merge the two",
                    path=f"{index}.{key}",
                )
            seen.add(moment)
