"""The three files of a register, written next to the stack's cdk.tf.json, and the index of all stacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from constructs_lib.register.document import document
from constructs_lib.register.entry import Register
from constructs_lib.register.index import index
from constructs_lib.register.markdown import markdown
from constructs_lib.register.page import page

MARKDOWN, JSON, PAGE = "register.md", "register.json", "register.html"


def write(register: Register, folder: Path) -> None:
    """Write them; the same register gives the same bytes."""
    (folder / MARKDOWN).write_text(markdown(register), encoding="utf-8", newline="\n")
    (folder / JSON).write_bytes(document(register))
    (folder / PAGE).write_text(page(register), encoding="utf-8", newline="\n")


def write_index(folders: Sequence[Path], stacks: Iterable[str]) -> None:
    """Write the page that lists the alarms of all stacks, from the registers that are below a folder.

    Args:
        folders: Where registers are, the newest first; the page is written there.
        stacks: Those without a register are left out.
    """
    found = {stack: [folder / "stacks" / stack / JSON for folder in folders] for stack in sorted(stacks)}
    known = {stack: next(filter(Path.exists, paths), None) for stack, paths in found.items()}
    documents = {stack: path.read_bytes() for stack, path in known.items() if path}
    (folders[0] / PAGE).write_text(index(documents), encoding="utf-8", newline="\n")
