"""Names in SageMaker: endpoints, models, schedules, job definitions."""

from __future__ import annotations

import re
from typing import Annotated

from constructs_lib.errors import Problem
from constructs_lib.model import checked, shown
from constructs_lib.references import OrReference, of_literals

CHARACTERS = 63
"""CreateEndpoint.EndpointName, CreateMonitoringSchedule.MonitoringScheduleName and their likes."""
HASH_CHARACTERS = 8
"""Of the content's hash, in the name of something that can't be changed and is therefore replaced."""
UNIQUE_SUFFIX_CHARACTERS = 26
"""What Terraform appends to a `name_prefix`."""

_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
_PREFIX = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]*")


@of_literals
def problem(name: str, *, room_for: int = 0) -> Problem | None:
    """Letters, digits and hyphens, 63 of them with `room_for` the characters that are appended."""
    longest = CHARACTERS - room_for
    if len(name) > longest:
        appended = f", with the {room_for} that are appended" if room_for else ""
        return Problem(
            f"{shown(name)} has {len(name)} characters, and SageMaker allows {CHARACTERS}{appended}",
            f"shorten the monitor's, the stack's or the project's name by {len(name) - longest}",
        )
    if not _NAME.fullmatch(name):
        return Problem(
            f"{shown(name)} can't be a name in SageMaker", "use letters, digits and hyphens in the monitor's name"
        )
    return None


@of_literals
def given(name: str) -> Problem | None:
    """A name someone else gave: of an endpoint that is there already, of a variant."""
    if len(name) <= CHARACTERS and _NAME.fullmatch(name):
        return None
    rule = f"{shown(name)} can't be a name in SageMaker"
    return Problem(rule, f"write letters, digits and hyphens, {CHARACTERS} of them at most")


def prefix(text: str) -> Problem | None:
    """What names begin with; with other characters in it, no name ever would."""
    if len(text) <= CHARACTERS and _PREFIX.fullmatch(text):
        return None
    rule = f"no name in SageMaker begins with {shown(text)}"
    return Problem(rule, f"write letters, digits and hyphens, {CHARACTERS} of them at most")


GivenName = Annotated[str, checked(given), OrReference()]
NamePrefix = Annotated[str, checked(prefix), OrReference()]
