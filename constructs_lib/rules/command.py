"""`ai-monitoring rules`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from constructs_lib import rules as known
from constructs_lib.errors import ConfigError
from constructs_lib.rules.report import Judged, RulesReport
from constructs_lib.rules.rule import RULE_CLASSES, Rule
from constructs_lib.rules.waiver import registered_for, settle
from constructs_lib.terraform.reading import ReadPlan, read

if TYPE_CHECKING:
    from constructs_lib.rules.waiver_file import FileWaivers


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOptions:
    """What the command is asked for.

    Attributes:
        only: Names of the rules to run; all if empty.
        exclude: Names of rules not to run.
        waivers: A file of waivers.
        fail_on: The class on which, and on those more harmful, to fail; hyphens for spaces.
        whole: Name everything that a problem concerns.
    """

    only: Sequence[str] = ()
    exclude: Sequence[str] = ()
    waivers: str | None = None
    fail_on: str | None = None
    whole: bool = False

    def rules(self) -> list[Rule]:
        """The rules to run.

        Raises:
            ConfigError: One of the names is not a rule's.
        """
        if problems := [problem for name in (*self.only, *self.exclude) if (problem := known.unknown(name))]:
            raise ConfigError(problems)
        chosen = [rule for rule in known.RULES if not self.only or rule.name in self.only]
        return [rule for rule in chosen if rule.name not in self.exclude]


def explained(options: RulesOptions) -> str:
    """The rules themselves, as Markdown."""
    return known.explained(options.rules())


def run(files: Sequence[str], options: RulesOptions) -> RulesReport:
    """Judge files.

    Raises:
        ConfigError: A file can't be read.
    """
    chosen = options.rules()
    waivers = _waivers(options.waivers) if options.waivers else None
    judged: list[Judged] = []
    for file in files:
        found = read(file)
        stack = found.after if isinstance(found, ReadPlan) else found
        left, waived = settle(known.findings(stack, chosen), registered_for(file))
        left, more = waivers.settle(left) if waivers else (left, [])
        judged.append(Judged(file=file, findings=tuple(left), waived=(*waived, *more)))
    notes = waivers.notes({rule.name for rule in chosen}) if waivers else ()
    return RulesReport(
        judged=tuple(judged),
        rules=tuple(chosen),
        notes=tuple(notes),
        whole=options.whole,
        fail_on=next((kind for kind in RULE_CLASSES if kind.replace(" ", "-") == options.fail_on), None),
    )


def _waivers(file: str) -> FileWaivers:
    from constructs_lib.rules.waiver_file import FileWaivers  # most runs have none, and need no YAML

    return FileWaivers.load(file)
