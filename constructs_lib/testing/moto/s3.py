"""S3: every request counts as one over TLS.

The server speaks plain http, and moto applies bucket policies to requests for objects: a policy that refuses what comes
without TLS, as every bucket of this library has, would hide the bucket's content from the test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto.iam.access_control import IAMPolicyStatement, PermissionResult

_WITHOUT_TLS: Mapping[str, Any] = {"Bool": {"aws:SecureTransport": "false"}}


def over_tls(
    original: Callable[..., PermissionResult], statement: IAMPolicyStatement, *request: Any, **options: Any
) -> PermissionResult:
    """The statement that refuses what comes without TLS has nothing to say."""
    if statement._statement.get("Condition") == _WITHOUT_TLS:  # noqa: SLF001 (moto keeps it nowhere else)
        return PermissionResult.NEUTRAL
    return original(statement, *request, **options)
