"""What to read in a log first, as CloudWatch Logs Insights asks for it."""

from __future__ import annotations

from dataclasses import dataclass

ROWS = 20
"""The newest are enough to see what it is about; the link below the table shows all."""
ERRORS = "@message like /(?i)(error|exception|traceback|timed out)/"
"""Lines that look like failures, whatever wrote them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """The lines of a log group that matter, the newest or the largest first.

    Attributes:
        title: What they are: `Newest errors of endpoint ranker`.
        group: Name of the log group.
        condition: Which lines, as Logs Insights' `filter` has it.
        fields: What is shown of each.
        order: The field by which they are sorted, downwards.
    """

    title: str
    group: str
    condition: str
    fields: str = "@timestamp, @message"
    order: str = "@timestamp"

    @property
    def text(self) -> str:
        """The query, without the group it is put to."""
        return "\n| ".join(
            (f"fields {self.fields}", f"filter {self.condition}", f"sort {self.order} desc", f"limit {ROWS}")
        )
