"""From where the API can be reached."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Annotated, Any

from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, shown
from constructs_lib.patterns.model_api import api_gateway
from constructs_lib.references import OrReference, of_literals

_INSIDE: tuple[Any, ...] = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
_LIST_CHARACTERS = api_gateway.POLICY_CHARACTERS - 1_200
"""What is left for the lists; the statements around them, with ids and ARNs in full, take the rest."""


def _network(text: str) -> Problem | None:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return Problem(f"{shown(text)} is not a range of addresses", "write it like 203.0.113.0/24")
    return None


@of_literals
def _is_inside_a_network(text: str) -> bool:
    """Whether it is a range that no packet on the Internet comes from (RFC 1918, RFC 4193)."""
    network = ipaddress.ip_network(text)
    return any(inside.version == network.version and network.subnet_of(inside) for inside in _INSIDE)


class Reach(Model):
    """Bounds of the network; a resource policy denies whoever is outside."""

    vpc_endpoints: Items[Annotated[str, checked(api_gateway.vpc_endpoint), OrReference()]] = ()
    """Interface endpoints for execute-api. With them the API is private: it has no public address."""
    ip_ranges: Items[Annotated[str, checked(_network), OrReference()]] = ()
    """Ranges of addresses callers come from, such as 203.0.113.0/24; of a private API those inside the VPC."""

    def problems(self) -> Iterator[Problem]:
        """At least one bound."""
        if not self.vpc_endpoints and not self.ip_ranges:
            yield Problem("no bound is given", "give vpc_endpoints or ip_ranges, or remove reachable_from")
        for index, text in enumerate(self.ip_ranges):
            if not self.vpc_endpoints and _is_inside_a_network(text):
                yield Problem(
                    f"{shown(text)} exists inside of networks only, and no one could call a public API from there",
                    "write the public addresses, or make the API private with vpc_endpoints",
                    path=f"ip_ranges.{index}",
                )
        lists = (*self.vpc_endpoints, *self.ip_ranges)
        if (size := sum(len(text) + 4 for text in lists)) > _LIST_CHARACTERS:
            yield Problem(
                f"{len(lists)} entries make a resource policy of over {api_gateway.POLICY_CHARACTERS} characters",
                f"write fewer or wider ranges: {size - _LIST_CHARACTERS} characters less, or use waf",
            )
