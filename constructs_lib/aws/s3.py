"""Addresses in S3."""

from __future__ import annotations

import re
from typing import Annotated

from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.model import checked, shown
from constructs_lib.references import OrReference

_URI = re.compile(r"s3://(?P<bucket>[^/]+)(/(?P<key>.*))?")


def uri(text: str) -> Problem | None:
    """`s3://bucket/key`."""
    match = _URI.fullmatch(text)
    if match and names.bucket(match["bucket"]) is None and "//" not in text[len("s3://") :]:
        return None
    return Problem(f"{shown(text)} is not an S3 address", "write it like s3://bucket/folder/")


Bucket = Annotated[str, checked(names.bucket), OrReference()]
Uri = Annotated[str, checked(uri), OrReference()]


def bucket_of(address: str) -> str:
    """The bucket in a literal address."""
    return address.removeprefix("s3://").partition("/")[0]


def key_of(address: str) -> str:
    """What follows the bucket in a literal address, without a leading slash."""
    return address.removeprefix("s3://").partition("/")[2]
