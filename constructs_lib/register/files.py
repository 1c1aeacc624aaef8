"""The three files of a register, written next to the stack's cdk.tf.json."""

from __future__ import annotations

from pathlib import Path

from constructs_lib.register.document import document
from constructs_lib.register.entry import Register
from constructs_lib.register.markdown import markdown
from constructs_lib.register.page import page

MARKDOWN, JSON, PAGE = "register.md", "register.json", "register.html"


def write(register: Register, folder: Path) -> None:
    """Write them; the same register gives the same bytes."""
    (folder / MARKDOWN).write_text(markdown(register), encoding="utf-8", newline="\n")
    (folder / JSON).write_bytes(document(register))
    (folder / PAGE).write_text(page(register), encoding="utf-8", newline="\n")
