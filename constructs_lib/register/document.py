"""The register as JSON, for programs; the keys are stable."""

from __future__ import annotations

import orjson

from constructs_lib.register import prices
from constructs_lib.register.entry import Register


def document(register: Register) -> bytes:
    """The whole register."""
    context, judgement = register.context, register.judgement
    content = {
        "project": context.project,
        "stack": context.stack,
        "account": context.account,
        "region": context.region,
        **({"commit": context.commit} if context.commit else {}),
        "environment_variables": context.environment_variables,
        "alarms": register.entries,
        "costs": {
            "estimated_dollars_a_month": round(register.total, 2),
            "parts": register.costs,
            "prices_as_of": prices.AS_OF,
        },
        "muted": register.muted,
        "objectives": context.objectives,
        "waived": [
            {
                "rule": waiver.rule,
                "reason": waiver.reason,
                "monitors": waiver.monitors,
                "findings": [str(finding) for finding in findings],
            }
            for waiver, findings in judgement.waived
        ],
        "advice": [str(finding) for finding in judgement.advice],
        "dashboards": [dashboard.name for dashboard in context.dashboards],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"
