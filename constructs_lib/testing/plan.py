"""What Terraform said: diagnostics, and plans as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Diagnostic:
    """One error or warning, as Terraform words it."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Diagnostic:
        """From the machine-readable form of ``validate -json`` and the ``-json`` streams."""
        return cls(data["severity"], data["summary"], data.get("detail", ""), data.get("address", ""))

    def __str__(self) -> str:
        where = f"\n  at {self.address}" if self.address else ""
        why = f"\n  {self.detail}" if self.detail else ""
        return f"{self.severity.capitalize()}: {self.summary}{where}{why}"


class TerraformError(Exception):
    """A terraform command failed; the message carries Terraform's own errors."""

    def __init__(self, command: str, diagnostics: Iterable[Diagnostic] = (), text: str = "") -> None:
        self.diagnostics = tuple(diagnostics)
        errors = [str(diagnostic) for diagnostic in self.diagnostics if diagnostic.severity == "error"]
        super().__init__("\n".join([f"terraform {command} failed", *(errors or [text.strip()])]))


@dataclass(frozen=True)
class ResourceChange:
    """What a plan does to one resource. `after` leaves out attributes that are not yet known."""

    address: str
    type: str
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    replaced_because: tuple[str, ...] = ()
    """Attribute paths that cannot change in place."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ResourceChange:
        """From an entry of ``resource_changes`` in ``show -json``."""
        change = data["change"]
        return cls(
            address=data["address"],
            type=data["type"],
            action=_action(change["actions"]),
            before=change["before"],
            after=change["after"],
            replaced_because=tuple(".".join(map(str, path)) for path in change.get("replace_paths", ())),
        )


@dataclass(frozen=True)
class Plan:
    """A saved plan. `actions` and `is_empty` cost nothing; `changes` and `text` ask terraform once, about 2 s."""

    is_empty: bool
    """Nothing to do: no resource and no output changes."""
    actions: Mapping[str, str]
    """Resource address → create, update, replace, delete or read."""
    warnings: tuple[Diagnostic, ...] = ()
    file: str = ""
    """Its file in the workspace, for `Workspace.apply`."""
    _show_json: Callable[[], dict[str, Any]] = field(default=dict, repr=False)
    _show_text: Callable[[], str] = field(default=str, repr=False)

    @cached_property
    def json(self) -> dict[str, Any]:
        """The whole plan (``terraform show -json``)."""
        return self._show_json()

    @cached_property
    def changes(self) -> dict[str, ResourceChange]:
        """Every resource that changes, by address, with its attributes before and after."""
        every = (ResourceChange.from_json(data) for data in self.json.get("resource_changes", ()))
        return {change.address: change for change in every if change.action != "no-op"}

    @cached_property
    def text(self) -> str:
        """The plan as terraform prints it for people."""
        return self._show_text()

    def count(self, action: str) -> int:
        """How many resources get this action."""
        return sum(1 for done in self.actions.values() if done == action)

    def assert_empty(self) -> None:
        """Raise an AssertionError showing terraform's own diff unless there is nothing to do."""
        if not self.is_empty:
            raise AssertionError(f"the plan is not empty:\n{self.text}")


@dataclass(frozen=True)
class Applied:
    """What an apply or a destroy did."""

    actions: Mapping[str, str]
    """Resource address → create, update, replace or delete."""
    warnings: tuple[Diagnostic, ...] = ()

    def count(self, action: str) -> int:
        """How many resources got this action."""
        return sum(1 for done in self.actions.values() if done == action)


def read_stream(output: str) -> Iterator[dict[str, Any]]:
    """The messages of ``terraform … -json``: one JSON object per line; anything else on the stream is skipped."""
    for line in output.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def diagnostics(messages: Iterable[Mapping[str, Any]]) -> tuple[Diagnostic, ...]:
    """The errors and warnings of a stream."""
    return tuple(Diagnostic.from_json(m["diagnostic"]) for m in messages if m.get("type") == "diagnostic")


def planned_actions(messages: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What a plan's stream says it will do, by resource address."""
    changes = (message["change"] for message in messages if message.get("type") == "planned_change")
    return {change["resource"]["addr"]: change["action"] for change in changes if change["action"] != "noop"}


def _action(actions: list[str]) -> str:
    """The plan format writes a replacement as two actions, in the order they happen."""
    return "replace" if set(actions) == {"create", "delete"} else actions[0]
