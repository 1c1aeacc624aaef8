"""What the rest of the library has to know of a pattern, and all that it knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import Any

from constructs_lib.alarms.alarm import Alarm, Math
from constructs_lib.alarms.figure import Figure
from constructs_lib.alarms.metric import Metric
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.options.retained import Retained


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorPattern:
    """A pattern, as its folder declares it: `PATTERN` in `__init__.py`.

    Attributes:
        spec: What a user may say; the default of its `pattern` is the pattern's name.
        alarms: Gives the alarm table of a spec: `alarms(spec, name, runbook=…)`.
        construct: Where its construct is, `module:Class`. Written out, because loading it loads CDKTF.
        retains: What holds data, and outlives the monitor unless it says otherwise.
        charts: Gives what the dashboard shows of a spec besides what its alarms watch.
        figures: Gives the single numbers on top of the dashboard: what is left of objectives, what is spent.
    """

    spec: type[MonitorSpec]
    alarms: Callable[..., tuple[Alarm, ...]]
    construct: str
    retains: Retained = field(default_factory=dict)
    charts: Callable[[Any], Sequence[Metric | Math]] = lambda _: ()
    figures: Callable[[Any], Sequence[Figure]] = lambda _: ()

    def load_construct(self) -> Any:
        """The construct's class."""
        return resolve_name(self.construct)
