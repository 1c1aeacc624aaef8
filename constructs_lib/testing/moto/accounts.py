"""Whose resources a request is about: the access key of a test is the number of its account.

moto finds the account of a key that its IAM has made, and takes its default for any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from constructs_lib.testing.overrides import ACCOUNT, REGION

WsgiApplication: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_HEADER = "HTTP_X_MOTO_ACCOUNT_ID"
_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[a-z0-9-]+)/")


class Accounts:
    """Says to moto which account is meant; passes every request on."""

    def __init__(self, application: WsgiApplication) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """One WSGI request."""
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if scope and re.fullmatch(r"\d{12}", scope["key"]):
            environ[_HEADER] = scope["key"]
        return self._application(environ, start_response)


class Place(NamedTuple):
    """Where a request wants something done."""

    account: str
    region: str


def place_of(environ: Mapping[str, Any]) -> Place:
    """Account and Region of a request that has passed `Accounts`, the latter from the scope of its signature."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return Place(environ.get(_HEADER, ACCOUNT), scope["region"] if scope else REGION)
