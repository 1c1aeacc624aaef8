"""Channels of a chat, which Amazon Q Developer in chat applications (AWS Chatbot before) posts to.

Forms of ids: the model of its API, chatbot-2017-10-11.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked, shown
from constructs_lib.references import OrReference


def _like(pattern: str, what: str, example: str) -> AfterValidator:
    def check(text: str) -> Problem | None:
        if re.fullmatch(pattern, text):
            return None
        return Problem(f"{shown(text)} is not {what}", f"write it like {example}")

    return checked(check)


_GUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"


class _Channel(Model):
    """What every channel has."""

    name: Annotated[str, _like(r"[A-Za-z0-9_-]{1,40}", "a channel's name", "ml-oncall")]
    """What people call it: it stands in the register, in the plan and in the configuration's name."""

    def __str__(self) -> str:
        return self.name


class SlackChannel(_Channel):
    """A channel of a Slack workspace, which an administrator has authorised once in the console."""

    workspace: Annotated[str, _like(r"[0-9A-Z]{1,255}", "the id of a Slack workspace", "T012AB3C4"), OrReference()]
    """Id of the workspace, as its address shows it."""
    channel: Annotated[str, _like(r"[A-Za-z0-9]{1,255}", "the id of a Slack channel", "C0123ABCD"), OrReference()]
    """Id of the channel, as its details show it; invite `@Amazon Q` to a private one."""


class TeamsChannel(_Channel):
    """A channel of a Microsoft team, which an administrator has authorised once in the console."""

    tenant: Annotated[str, _like(_GUID, "a tenant's id", "1234abcd-12ab-34cd-56ef-1234567890ab"), OrReference()]
    """`tenantId` of the channel's link."""
    team: Annotated[str, _like(_GUID, "a team's id", "1234abcd-12ab-34cd-56ef-1234567890ab"), OrReference()]
    """`groupId` of the channel's link."""
    channel: Annotated[
        str,
        _like(r"[\w=+/.,-]*%3[aA][\w=+/.,-]*%40[\w=+/.,-]*", "a channel's id", "19%3Aabc123%40thread.tacv2"),
        OrReference(),
    ]
    """The part after `/channel/` in the channel's link, with its `%3A` and `%40`."""
