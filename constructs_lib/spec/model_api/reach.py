"""From where the API can be reached."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Annotated

from constructs_lib.model import Items, Model, Violation, checked, shown
from constructs_lib.references import OrReference
from constructs_lib.signals import api_gateway


def _network(text: str) -> Violation | None:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return Violation(f"{shown(text)} is no range of addresses", "write it like 203.0.113.0/24")
    return None


class Reach(Model):
    """Bounds of the network; a resource policy denies whoever is outside."""

    vpc_endpoints: Items[Annotated[str, checked(api_gateway.vpc_endpoint), OrReference()]] = ()
    """Interface endpoints for execute-api. With them the API is private: it has no public address."""
    ip_ranges: Items[Annotated[str, checked(_network), OrReference()]] = ()
    """Ranges of addresses callers come from, such as 203.0.113.0/24; of a private API those inside the VPC."""

    def violations(self) -> Iterator[Violation]:
        """At least one bound."""
        if not self.vpc_endpoints and not self.ip_ranges:
            yield Violation("no bound is given", "give vpc_endpoints or ip_ranges, or remove reachable_from")
