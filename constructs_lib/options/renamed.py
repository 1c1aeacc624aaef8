"""A name in the file that was another one: Terraform moves what it has, and AWS goes on with the names it knows."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, shown

Key = Annotated[str, checked(names.key)]


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _former(text: str) -> Problem | None:
    if "." not in text or "${" in text:
        return names.key(text)
    return Problem(
        f"{shown(text)} is in another stack, and Terraform moves nothing from one state to another",
        'remove it: docs/life-cycle.md, "Move to another stack", says what to do',
    )


_FORMER_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


class Renamed(Model):
    """What has a name in the file, and may have had another."""

    was: Annotated[
        Items[Annotated[str, checked(_former)]], BeforeValidator(_one_or_many), WithJsonSchema(_FORMER_NAMES)
    ] = ()
    """The name it had, or all names it has had, the oldest first. What is deployed is moved, not made again, and keeps
    the names that AWS knows it by: those made from the oldest."""
    name: Key | None = None
    """What names in AWS are made from. Left out: the oldest name in `was`, or its own. With another one, most of what
    is deployed is replaced."""

    def oldest(self, key: str) -> str:
        """The first name it had, in the file it is called `key` in."""
        return self.was[0] if self.was else key

    def named(self, key: str) -> str:
        """What names in AWS are made from."""
        return self.name if self.name is not None else self.oldest(key)


def renaming_problems(things: Mapping[str, Renamed]) -> Iterator[Problem]:
    """Former names that lead nowhere, of what is in one mapping of the file; paths begin with the name there."""
    heirs: dict[str, str] = {}
    for key, thing in things.items():
        for index, former in enumerate(thing.was):
            path = f"{key}.was.{index}"
            if former == key:
                yield Problem(f"{shown(former)} is its name", "remove it, or write the name it had", path)
            elif former in thing.was[:index]:
                yield Problem(f"{shown(former)} is listed twice", "list each name once, the oldest first", path)
            elif former in things:
                rule = f"{shown(former)} is still there, and what it made can't be moved away"
                yield Problem(rule, f"remove {former}, or this", path)
            elif (heir := heirs.setdefault(former, key)) != key:
                yield Problem(f"{heir} was {shown(former)} too", "remove one: the other one is new", path)


def shared_names(things: Mapping[str, Renamed], place: Mapping[str, Hashable] | None = None) -> Iterator[Problem]:
    """Things whose names in AWS would be the same.

    Args:
        things: As in the file.
        place: Account and Region of each, where they differ.
    """
    first: dict[tuple[Hashable, str], str] = {}
    for key, thing in things.items():
        named = thing.named(key)
        other = first.setdefault((place[key] if place else None, named), key)
        if other != key:
            path = f"{key}.name" if thing.name is not None else key if not thing.was else f"{key}.was.0"
            rule = f"its names in AWS begin with {shown(named)}, as those of {other} do"
            yield Problem(rule, "give one another `name`", path)
