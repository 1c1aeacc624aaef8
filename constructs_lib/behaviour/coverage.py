"""Which alarms a file tests: that they fire, and that they keep quiet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from constructs_lib.behaviour.verdict import Verdict
from constructs_lib.simulation.simulation import Simulation, is_own


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is tested of the alarms that can be simulated.

    Attributes:
        alarms: All of them.
        fired: Those that a test expects to fire, and that do.
        quiet: Those that a test gives data to, expects to be quiet, and that are.
    """

    alarms: tuple[str, ...]
    fired: frozenset[str]
    quiet: frozenset[str]

    @classmethod
    def of(cls, simulation: Simulation, verdicts: Iterable[Verdict]) -> Coverage:
        """The coverage of tests that hold."""
        own = frozenset(name for name, alarm in simulation.alarms.items() if is_own(alarm))
        holding = [verdict for verdict in verdicts if verdict.holds]
        return cls(
            tuple(sorted(own)),
            own.intersection(frozenset().union(*(verdict.fired for verdict in holding))),
            own.intersection(frozenset().union(*(verdict.kept_quiet for verdict in holding))),
        )

    @property
    def never_fired(self) -> list[str]:
        """Alarms that no test makes fire."""
        return [name for name in self.alarms if name not in self.fired]

    @property
    def never_quiet(self) -> list[str]:
        """Alarms that no test keeps quiet."""
        return [name for name in self.alarms if name not in self.quiet]

    @property
    def percent(self) -> float:
        """Both ways together: 100 where every alarm has a test of either kind."""
        if not self.alarms:
            return 100.0
        return 100 * (len(self.fired) + len(self.quiet)) / (2 * len(self.alarms))
