"""S3: every request counts as one over TLS.

The server speaks plain http, and moto applies bucket policies to requests for objects: a policy that refuses what comes
without TLS, as every bucket of this library has, would hide the bucket's content from the test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto.iam.access_control import IAMPolicyStatement, PermissionResult

from constructs_lib.testing.moto.calls import amend

_WITHOUT_TLS: Mapping[str, Any] = {"Bool": {"aws:SecureTransport": "false"}}


def install() -> None:
    """Mend moto's S3."""
    amend(IAMPolicyStatement, "is_action_permitted", _over_tls)


def _over_tls(
    original: Callable[..., PermissionResult], statement: IAMPolicyStatement, *request: Any, **options: Any
) -> PermissionResult:
    if statement._statement.get("Condition") == _WITHOUT_TLS:  # noqa: SLF001 (moto keeps it nowhere else)
        return PermissionResult.NEUTRAL
    return original(statement, *request, **options)
