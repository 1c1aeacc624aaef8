"""Waivers in a file of their own, for Terraform that monitoring.yaml does not make."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import Field

from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked
from constructs_lib.rules import unknown
from constructs_lib.rules.rule import Finding
from constructs_lib.rules.waiver import settle
from constructs_lib.yaml_lines import Document, read_text, validated


class AddressWaiver(Model):
    """Sets the findings of one rule aside, in some resources or in all."""

    rule: Annotated[str, checked(unknown)]
    """The rule's name; docs/rules.md lists them."""
    address: Annotated[str, Field(min_length=1)] = "*"
    """Terraform addresses, with `*` for anything: `module.legacy.*`. Left out: all."""
    reason: Annotated[str, Field(min_length=10)]
    """Why, for whoever reads the report."""
    until: date | None = None
    """The last day it holds, in UTC. Left out: for good."""

    @property
    def monitors(self) -> Sequence[str]:
        """None: Terraform of others has no monitors."""
        return ()

    def covers(self, finding: Finding) -> bool:
        """Whether it is about a finding, whatever the date."""
        pattern = ".*".join(map(re.escape, self.address.split("*")))
        return self.rule == finding.rule and re.fullmatch(pattern, finding.address, re.DOTALL) is not None


class WaiverFile(Model):
    """The file as a whole."""

    waivers: Items[AddressWaiver]
    """Each with its reason."""


class FileWaivers:
    """The waivers of a file, and what became of each.

    Args:
        found: The waivers.
        document: Where they are from.
        today: The day on which they are applied.
    """

    def __init__(self, found: Sequence[AddressWaiver] = (), *, document: Document, today: date) -> None:
        self._waivers = tuple(found)
        self._document, self._today = document, today
        self._used: set[int] = set()

    @classmethod
    def load(cls, path: str, today: date | None = None) -> FileWaivers:
        """Read a file.

        Raises:
            ConfigError: With every problem in it.
        """
        found, document = validated(WaiverFile, read_text(path, path), path, begin="begin with `waivers:`")
        return cls(found.waivers, document=document, today=today or datetime.now(UTC).date())

    def settle(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[tuple[AddressWaiver, list[Finding]]]]:
        """What stays of some findings, and what each waiver that holds sets aside."""
        holding = [waiver for waiver in self._waivers if not self._expired(waiver)]
        found = list(findings)
        self._used |= {
            index for index, waiver in enumerate(self._waivers) if any(waiver.covers(finding) for finding in found)
        }
        return settle(found, holding, AddressWaiver.covers)

    def notes(self, rules: Collection[str]) -> Iterator[Problem]:
        """What is to be said of waivers after all is settled, where their rules were among those that ran."""
        for index, waiver in enumerate(self._waivers):
            path = f"waivers.{index}"
            if waiver.rule in rules and index not in self._used:
                problem = Problem(f"{waiver.rule} is found nowhere at {waiver.address}", "remove the waiver", path)
                yield self._document.placed(problem).at("")
            elif waiver.rule in rules and self._expired(waiver):
                problem = Problem(
                    f"the waiver of {waiver.rule} ended on {waiver.until}", "fix what it was for, or renew it", path
                )
                yield self._document.placed(problem).at("")

    def _expired(self, waiver: AddressWaiver) -> bool:
        return waiver.until is not None and waiver.until < self._today
