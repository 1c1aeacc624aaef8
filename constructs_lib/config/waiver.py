"""A rule set aside, by name and with a reason that a reader of the register sees."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked


def _known(name: str) -> Problem | None:
    from constructs_lib.rules import unknown  # most files set nothing aside, and need no rule to be read

    return unknown(name)


class Waiver(Model):
    """Lets a stack break one rule."""

    rule: Annotated[str, checked(_known)]
    """The rule's name; docs/rules.md lists them."""
    reason: Annotated[str, Field(min_length=10)]
    """Why, for the readers of the register; say until when."""
    monitors: Items[str] = ()
    """Only for these monitors. Left out: for the whole stack."""
