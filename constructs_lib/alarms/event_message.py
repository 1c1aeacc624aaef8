"""What a person reads when an EventBridge event arrives: lines of text with places for the event's values.

Source: EventBridge user guide, "Amazon EventBridge input transformation". Several lines are several quoted strings, one
below the other; that is also how they arrive in an e-mail. A value the event does not have leaves its place empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventMessage:
    """Lines of text, and where the values in them come from.

    Attributes:
        lines: Text in which `<job>` stands for a value.
        values: JSON path in the event, by the name in the text: `{"job": "$.detail.TrainingJobName"}`.
    """

    lines: tuple[str, ...]
    values: Mapping[str, str]

    @property
    def template(self) -> str:
        """EventBridge's input template."""
        return "\n".join(json.dumps(line, ensure_ascii=False) for line in self.lines)


def plain(text: str) -> str:
    """Somebody's own words, in which `<` does not begin a value's name: EventBridge would refuse an unknown one."""
    return text.replace("<", "‹").replace(">", "›")
