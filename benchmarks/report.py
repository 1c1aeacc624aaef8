"""A table that prints on a screen and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Report:
    """One table: the first column is text, the others are numbers that are formatted already."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str

    def show(self, console: Console) -> None:
        """Print it."""
        table = Table(title=self.title, title_justify="left", caption=self.note, caption_justify="left")
        for position, column in enumerate(self.columns):
            table.add_column(column, justify="right" if position else "left")
        for row in self.rows:
            table.add_row(*row)
        console.print(table)

    def markdown(self) -> str:
        """It as a section of a Markdown file."""
        lines = [
            f"## {self.title}",
            "",
            _line(self.columns),
            _line(["---", *["---:"] * (len(self.columns) - 1)]),
            *map(_line, self.rows),
            "",
            self.note,
            "",
        ]
        return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    """A row; Markdown takes a bar in a cell for the end of it, in code too."""
    escaped = (cell.replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"
