"""How urgent an alarm is."""

from __future__ import annotations

from typing import Literal, get_args

Severity = Literal["critical", "warning", "info"]
"""critical: somebody gets up now. warning: somebody looks today. info: worth knowing."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
