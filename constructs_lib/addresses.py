"""Terraform's addresses of what CDKTF makes, from the path in the tree of constructs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_DISALLOWED = re.compile(r"[^A-Za-z0-9_-]")
_READABLE = 240


def address(resource_type: str, path: Sequence[str]) -> str:
    """The address of a resource: `aws_cloudwatch_log_group.logs_log-group_AC292CE7`.

    Args:
        resource_type: `aws_cloudwatch_log_group`.
        path: The construct ids below the stack: `("logs", "log-group")`. CDKTF's `makeUniqueId`, which has never
            changed, makes a name of them (lib/private/unique.ts); `Default` is left out, and `Resource` only hashed.
    """
    parts = [part for part in path if part != "Default"]
    if len(parts) == 1:
        return f"{resource_type}.{_DISALLOWED.sub('', parts[0])}"
    readable: list[str] = []
    for part in parts:
        if not readable or not readable[-1].endswith(part):
            readable.append(part)
    name = "_".join(_DISALLOWED.sub("", part) for part in readable if part != "Resource")[:_READABLE]
    digits = hashlib.md5("/".join(parts).encode(), usedforsecurity=False).hexdigest()[:8].upper()
    return f"{resource_type}.{name}_{digits}"
