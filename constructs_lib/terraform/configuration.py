"""What a plan's `configuration` adds to its values: where one comes from, and with which provider a resource is made.

Variables of modules and their outputs are followed to the resource behind them. Local values are not in a plan: a
reference to one stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from constructs_lib.terraform.blocks import block, literal

_INDEX = re.compile(r"\[[^\]]*\]")
_DEEPEST = 50
"""More steps than modules can be nested; only damage leads further."""


@dataclass(frozen=True)
class _Module:
    """A module as it is called.

    Attributes:
        body: Its part of the configuration.
        prefix: What addresses in it begin with.
        given: The expressions its variables are given.
        parent: Where it is called; None for the root.
    """

    body: Mapping[str, Any]
    prefix: str = ""
    given: Mapping[str, Any] | None = None
    parent: _Module | None = None

    @cached_property
    def calls(self) -> Mapping[str, _Module]:
        return {
            name: _Module(call.get("module") or {}, f"{self.prefix}module.{name}.", call.get("expressions") or {}, self)
            for name, call in (self.body.get("module_calls") or {}).items()
        }

    def resources(self) -> Iterator[tuple[str, Mapping[str, Any], _Module]]:
        """Every resource in it and below, by its address without indices."""
        for item in self.body.get("resources") or ():
            yield self.prefix + item["address"], item, self
        for called in self.calls.values():
            yield from called.resources()

    def sources(self, reference: str, depth: int = 0) -> list[str]:
        """What a reference in this module stands for, as references that begin at the root."""
        parts = _INDEX.sub("", reference).split(".")
        found: list[str] = []
        if depth < _DEEPEST and parts[0] == "var" and len(parts) > 1 and self.parent and self.given is not None:
            found = _of(self.given.get(parts[1]), self.parent, depth)
        elif depth < _DEEPEST and parts[0] == "module" and len(parts) > 2 and parts[1] in self.calls:
            called = self.calls[parts[1]]
            output = block((called.body.get("outputs") or {}).get(parts[2]))
            found = _of(output.get("expression"), called, depth)
        return found or [f"{self.prefix}{reference}"]


def _of(expression: object, module: _Module, depth: int) -> list[str]:
    """The sources of the references in an expression."""
    listed = expression.get("references") if isinstance(expression, Mapping) else None
    if not listed:
        return []
    return list(dict.fromkeys(source for one in longest(listed) for source in module.sources(one, depth + 1)))


def _expressions(block: object) -> Iterator[Mapping[str, Any]]:
    """Every expression in a block, or in several."""
    if isinstance(block, list):
        for item in block:
            yield from _expressions(item)
    elif isinstance(block, Mapping):
        if "references" in block:
            yield block
        else:
            for item in block.values():
                yield from _expressions(item)


def longest(references: list[str]) -> list[str]:
    """Terraform lists `a.b.arn` and `a.b`; only the first says which value is taken."""
    return [one for one in references if not any(other.startswith((f"{one}.", f"{one}[")) for other in references)]


class PlanConfiguration:
    """The configuration of a plan; a plan without one says nothing.

    Raises:
        AttributeError, KeyError, TypeError: From any method, where it is not as Terraform writes it.
    """

    def __init__(self, plan: Mapping[str, Any]) -> None:
        configuration = plan.get("configuration") or {}
        self._variables = plan.get("variables") or {}
        self._providers = configuration.get("provider_config") or {}
        root = _Module(configuration.get("root_module") or {})
        self._resources = {address: (item, module) for address, item, module in root.resources()}

    def expressions(self, address: str) -> Mapping[str, str | list[str]]:
        """For each argument of a resource that is made of references, those; several are a list, or parts of a text."""
        item, module = self._resources.get(address, ({}, _Module({})))
        found: dict[str, str | list[str]] = {}
        for argument, expression in (item.get("expressions") or {}).items():
            if sources := _of(expression, module, 0):
                values = [f"${{{source}}}" for source in sources]
                found[argument] = values[0] if len(values) == 1 else values
        return found

    def references(self, address: str, arguments: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """For each of some arguments that are blocks or maps, every reference in it."""
        item, module = self._resources.get(address, ({}, _Module({})))
        expressions = item.get("expressions") or {}
        found = {
            argument: tuple(
                f"${{{source}}}" for part in _expressions(expressions.get(argument)) for source in _of(part, module, 0)
            )
            for argument in arguments
        }
        return {argument: tuple(dict.fromkeys(references)) for argument, references in found.items() if references}

    def leaves_out(self, address: str, argument: str) -> bool:
        """Whether a resource is known not to give an argument, so that the provider's or AWS's own value stands."""
        found = self._resources.get(address)
        return found is not None and argument not in (found[0].get("expressions") or {})

    def provider(self, address: str) -> tuple[str, str]:
        """The key of the provider that a resource is made with, and its Region, empty where that is not known."""
        item, _ = self._resources.get(address, ({}, None))
        key = item.get("provider_config_key") or ""
        return key, self._regions.get(key, "")

    @cached_property
    def _regions(self) -> Mapping[str, str]:
        return {key: self._region(provider) for key, provider in self._providers.items()}

    def _region(self, provider: Mapping[str, Any]) -> str:
        region = block((provider.get("expressions") or {}).get("region"))
        listed = region.get("references") or []
        if len(listed) == 1 and listed[0].startswith("var.") and "module_address" not in provider:
            return literal(block(self._variables.get(listed[0].removeprefix("var."))).get("value"))
        return literal(region.get("constant_value"))
