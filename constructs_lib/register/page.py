"""The register as one HTML page that needs nothing else: it sorts, searches and prints, and fetches nothing."""

from __future__ import annotations

from pathlib import Path

from constructs_lib import markup
from constructs_lib.alarms.severity import SEVERITIES, facts_of
from constructs_lib.register import prices
from constructs_lib.register.costs import COUNTED
from constructs_lib.register.entry import Register
from constructs_lib.register.picture import picture

_GROUPS = {severity: severity for severity in SEVERITIES} | {"": "no severity", "part": "parts of others"}


def page(register: Register) -> str:
    """The whole page."""
    present = {entry.group for entry in register.entries}
    return markup.page(Path(__file__).parent).render(
        register=register,
        # The most urgent first: what a reader in a hurry came for. (Sorting is stable: then by workload.)
        entries=sorted(register.entries, key=lambda entry: entry.rank),
        groups={group: words for group, words in _GROUPS.items() if group in present},
        severities=SEVERITIES,
        facts_of=facts_of,
        prices=prices,
        counted=COUNTED,
        picture=picture,
    )
