"""The register as one HTML page that needs nothing else: it sorts, searches and prints, and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from constructs_lib import markup
from constructs_lib.alarms.severity import SEVERITIES, facts_of
from constructs_lib.aws.names import shared_beginning
from constructs_lib.register import prices
from constructs_lib.register.costs import COUNTED
from constructs_lib.register.entry import Entry, Register
from constructs_lib.register.picture import picture
from constructs_lib.register.tested import AlarmTests

_GROUPS = {severity: severity for severity in SEVERITIES} | {"": "no severity", "part": "parts of others"}


def groups(entries: Iterable[Entry]) -> dict[str, str]:
    """The groups that some entries are in, and what a page calls them."""
    present = {entry.group for entry in entries}
    return {group: words for group, words in _GROUPS.items() if group in present}


def _without(beginning: str, name: str) -> str:
    return name.removeprefix(beginning)


def page(register: Register) -> str:
    """The whole page."""
    return markup.page(Path(__file__).parent).render(
        register=register,
        # The most urgent first: what a reader in a hurry came for. (Sorting is stable: then by workload.)
        entries=sorted(register.entries, key=lambda entry: entry.rank),
        groups=groups(register.entries),
        severities=SEVERITIES,
        facts_of=facts_of,
        prices=prices,
        counted=COUNTED,
        picture=picture,
        untested=AlarmTests(),
        examples={name: one.example for name, one in register.context.tests.items() if one.example},
        short=partial(_without, shared_beginning(entry.name for entry in register.entries)),
    )
