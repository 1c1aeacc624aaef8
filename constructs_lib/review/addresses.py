"""Which addresses of one configuration another has, and which `moved` blocks are missing between the two.

What Terraform has at an address that is gone it deletes, and makes what is at a new one: also where both are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.references import is_reference
from constructs_lib.review.names import own_name
from constructs_lib.review.pairs import changes, once
from constructs_lib.terraform.reading import ReadPlan, read
from constructs_lib.terraform.stack import Resource, Stack

_CONFIGURATION = "cdk.tf.json"
_ADDRESS = re.compile(r"[a-z]\w*\.[\w-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChanges:
    """What became of a stack's addresses.

    Attributes:
        kept: How many are as they were.
        moved: How many `moved` blocks lead to a new one.
        missing: Addresses that would be given up for others, though what is there is the same: old → new.
        gone, new: What is at other addresses.
    """

    kept: int
    moved: int
    missing: Mapping[str, str]
    gone: tuple[Resource, ...]
    new: tuple[Resource, ...]


def compare(old: Stack, new: Stack) -> AddressChanges:
    """Follow the resources of one configuration, plan or state into another."""
    kept = moved = 0
    known: dict[str, str] = {}
    missing: dict[str, str] = {}
    gone: list[Resource] = []
    made: list[Resource] = []
    for change in changes(old, new):
        before, after = change.before, change.after
        if before and after:
            known[before.address] = after.address
            if before.address == after.address:
                kept += 1
            elif new.address_of(before.address) == after.address:
                moved += 1
            else:
                missing[before.address] = after.address
        elif before and not change.forgotten:
            gone.append(before)
        elif after:
            made.append(after)
    while found := {old.address: new.address for old, new in _same(gone, made, known)}:
        known |= found
        missing |= found
        gone = [one for one in gone if one.address not in found]
        made = [one for one in made if one.address not in found.values()]
    return AddressChanges(kept=kept, moved=moved, missing=missing, gone=tuple(gone), new=tuple(made))


def _same(
    gone: Sequence[Resource], made: Sequence[Resource], known: Mapping[str, str]
) -> Iterator[tuple[Resource, Resource]]:
    """Pairs of one type and name; or, where they have no name, of the same arguments at addresses that are known."""

    def rewritten(text: str) -> str:
        return _ADDRESS.sub(lambda match: known.get(match[0], match[0]), text)

    for key in (_named, _written):
        here, there = once(gone, partial(key, rewritten)), once(made, partial(key, str))
        if pairs := [(here[value], there[value]) for value in here if value in there]:
            yield from pairs
            return


def _named(rewritten: Callable[[str], str], resource: Resource) -> str:
    """Its type and its name; and what it belongs to, of which others may have one of that name."""
    name = own_name(resource)
    if not name:
        return ""
    others = sorted(
        f"{key}={value}" for key, value in resource.values.items() if isinstance(value, str) and is_reference(value)
    )
    return rewritten(" ".join((resource.type, name, *others)))


def _written(rewritten: Callable[[str], str], resource: Resource) -> str:
    arguments: dict[str, Any] = {key: value for key, value in resource.values.items() if key != "//"}
    return rewritten(f"{resource.type} {json.dumps(arguments, sort_keys=True, default=str)}")


def stacks(path: str) -> dict[str, Stack]:
    """The stacks in a folder that CDKTF wrote, or in one of its stacks' folders, or in a file.

    Raises:
        ConfigError: There is none, or it is not Terraform's.
    """
    place = Path(path)
    if place.is_dir():
        found = sorted(place.glob(f"stacks/*/{_CONFIGURATION}")) or sorted(place.glob(_CONFIGURATION))
        if not found:
            rule = f"has neither {_CONFIGURATION} nor stacks in it"
            raise ConfigError([Problem(rule, "name a folder that was synthesised", file=path)])
        return {file.parent.name: _stack(read(file)) for file in found}
    return {"": _stack(read(path))}


def _stack(content: Stack | ReadPlan) -> Stack:
    return content.after if isinstance(content, ReadPlan) else content


def pairs_of(old: Mapping[str, Stack], new: Mapping[str, Stack]) -> Iterator[tuple[str, Stack, Stack]]:
    """The stacks to compare: those of one name, or of each side the only one."""
    if len(old) == len(new) == 1:
        ((first, before),), ((second, after),) = old.items(), new.items()
        yield second or first, before, after
        return
    nothing = Stack("nothing", ())
    for name in sorted({*old, *new}):
        yield name, old.get(name, nothing), new.get(name, nothing)


def report(found: Iterable[tuple[str, AddressChanges]]) -> str:
    """For people, with the missing blocks as Terraform takes them."""
    lines: list[str] = []
    blocks: list[str] = []
    for name, one in found:
        head = f"{name}: " if name else ""
        lines.append(
            f"{head}{one.kept:,} kept, {one.moved:,} moved, "
            f"{len(one.missing):,} without a `moved` block, {len(one.gone):,} gone, {len(one.new):,} new"
        )
        lines += [f"  gone: {_called(resource)}" for resource in one.gone]
        lines += [f"  new:  {_called(resource)}" for resource in one.new]
        if one.missing:
            blocks += [f"# {name}"] if name else []
            blocks += [f"moved {{\n  from = {old}\n  to   = {new}\n}}" for old, new in sorted(one.missing.items())]
    if blocks:
        lines += [
            "",
            "# Missing: for a file such as moved.tf next to cdk.tf.json; or write `was` in monitoring.yaml.",
            *blocks,
        ]
    return "\n".join(lines) + "\n"


def _called(resource: Resource) -> str:
    name = own_name(resource)
    return f"{resource.address} ({name})" if name else resource.address
