"""SNS: nothing leaves the machine.

moto posts to http and https subscriptions for real. Here it does so only to listeners on this machine; a message to
any other address counts as delivered, and is kept with the topic like every other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from moto.sns.models import Subscription

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def only_to_this_machine(
    original: Callable[..., None], subscription: Subscription, *arguments: Any, **options: Any
) -> None:
    """A message to a web address that is not of this machine counts as delivered."""
    web = subscription.protocol in ("http", "https")
    if web and urlsplit(subscription.endpoint).hostname not in _LOOPBACK:
        return
    original(subscription, *arguments, **options)
