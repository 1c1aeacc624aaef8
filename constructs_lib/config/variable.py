"""Terraform variables that a stack declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, shown

Value = bool | int | float | str | Items[str] | Mapping[str, str]

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "bool": (bool,),
    "list(string)": (list, tuple),
    "map(string)": (Mapping,),
}


class Variable(Model):
    """A Terraform variable, `${var.NAME}` in the stack's options."""

    type: Literal["string", "number", "bool", "list(string)", "map(string)"] = "string"
    """Terraform's type."""
    description: Annotated[str, Field(min_length=1)] | None = None
    """What it is, as Terraform asks for it."""
    default: Value | None = None
    """Its value where none is given. Left out: Terraform asks, or reads TF_VAR_NAME."""
    sensitive: bool | None = None
    """Whether Terraform hides it, and all text it is part of. Left out: where a receiver's address is made of it. What
    is not declared is always hidden."""

    def problems(self) -> Iterator[Problem]:
        """A default of its type."""
        given = self.default
        if given is None:
            return
        fits = isinstance(given, _KINDS[self.type]) and (self.type == "bool" or not isinstance(given, bool))
        if not fits:
            yield Problem(f"{shown(given)} is not a {self.type}", "write one, or change the type", path="default")
