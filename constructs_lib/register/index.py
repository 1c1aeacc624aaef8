"""The alarms of all stacks on one page, from their registers as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from constructs_lib import markup
from constructs_lib.alarms.severity import SEVERITIES
from constructs_lib.register.entry import Entry
from constructs_lib.register.page import groups


@dataclass(frozen=True, slots=True)
class ListedStack:
    """One stack on the index.

    Attributes:
        about: Its register, as JSON has it.
        entries: Its alarms and events, the most urgent first.
    """

    name: str
    about: Mapping[str, Any]
    entries: tuple[Entry, ...]

    @property
    def page(self) -> str:
        """Where its page is, seen from the index."""
        return f"stacks/{self.name}/register.html"

    @property
    def figures(self) -> Mapping[str, int]:
        """How many alarms and events notify, by severity."""
        return Counter(entry.severity for entry in self.entries if entry.calls)


def index(documents: Mapping[str, bytes]) -> str:
    """The whole page.

    Args:
        documents: The register of each stack, as JSON.
    """
    stacks = [_listed(name, orjson.loads(text)) for name, text in documents.items()]
    everything = sorted(
        ((entry, stack) for stack in stacks for entry in stack.entries), key=lambda listed: listed[0].rank
    )
    return markup.page(Path(__file__).parent, "index.html").render(
        stacks=stacks,
        everything=everything,
        groups=groups(entry for entry, _ in everything),
        severities=SEVERITIES,
        project=" ".join(dict.fromkeys(stack.about["project"] for stack in stacks)).strip(),
    )


def _listed(name: str, about: Mapping[str, Any]) -> ListedStack:
    return ListedStack(name, about, tuple(Entry(**{**alarm, "receivers": ()}) for alarm in about["alarms"]))
