"""Addresses of pages in the AWS console.

AWS does not document them; they are what the console itself puts into the browser's address bar.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from constructs_lib.aws.names import partition_of
from constructs_lib.references import of_literals

_HOSTS = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}


def page(region: str, service: str, fragment: str, *, partition: str | None = None) -> str:
    """A page of a service's console.

    Args:
        region: Region code.
        service: The service in the path: `cloudwatch`.
        fragment: What follows the `#`.
        partition: Left out: the Region's.
    """
    host = _HOSTS.get(partition or partition_of(region) or "", f"{region}.console.aws.amazon.com")
    return f"https://{host}/{service}/home?region={region}#{fragment}"


@of_literals
def alarm(region: str, name: str) -> str:
    """An alarm, with its graph and history."""
    return page(region, "cloudwatch", f"alarmsV2:alarm/{quote(name, safe='')}")


def dashboard(region: str, name: str) -> str:
    """A dashboard."""
    return page(region, "cloudwatch", f"dashboards/dashboard/{quote(name, safe='')}")


def event_rule(region: str, name: str) -> str:
    """A rule on the default event bus."""
    return page(region, "events", f"/eventbus/default/rules/{quote(name, safe='')}")


def log_events(region: str, log_group: str, pattern: str) -> str:
    """The last hour of a log group, filtered by a pattern."""
    query = f"?filterPattern={_twice(pattern)}&start=-3600000"
    return page(region, "cloudwatch", f"logsV2:log-groups/log-group/{_twice(log_group)}/log-events{_dollars(query)}")


def log_query(region: str, log_group: str, query: str) -> str:
    """A query of Logs Insights over the last hour, ready to run."""
    group, text = (_starred(part) for part in (log_group, query))
    span = "end~0~start~-3600~timeType~'RELATIVE~tz~'UTC~unit~'seconds"
    detail = f"~({span}~editorString~'{text}~source~(~'{group}))"
    return page(region, "cloudwatch", f"logsV2:logs-insights$3FqueryDetail$3D{detail}")


def _starred(text: str) -> str:
    """As the console encodes a text within the details of a query: percent-encoded, with stars."""
    return re.sub(r"%(..)|~", lambda found: f"*{(found[1] or '7e').lower()}", quote(text, safe=""))


def _twice(text: str) -> str:
    """As the log pages of the console encode a name: percent-encoded twice, the second time with a dollar sign."""
    return quote(quote(text, safe=""), safe="").replace("%", "$")


def _dollars(query: str) -> str:
    return query.replace("?", "$3F").replace("=", "$3D").replace("&", "$26")
