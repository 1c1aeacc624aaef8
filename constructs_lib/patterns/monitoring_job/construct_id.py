"""Construct ids of words a user wrote: column names, values, features. They are part of Terraform addresses."""

from __future__ import annotations

import hashlib
import re

from constructs_lib.aws.names import join

_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9]+")


def construct_id(*parts: str) -> str:
    """The words with hyphens between them; those with something in them that can't stand in an id end in a hash."""
    plain = "-".join(_NOT_IN_IDS.sub("-", part).strip("-") for part in parts)
    text = "-".join(parts)
    return plain if plain == text else join(plain, hashlib.sha256(text.encode()).hexdigest()[:6])
