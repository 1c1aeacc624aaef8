"""Expressions that only Terraform can work out, for values that are references."""

from __future__ import annotations

import json
import re

from constructs_lib.cdk import Construct, TerraformLocal

_REFERENCE = re.compile(r"(\$\{[^}]*\})")


def operand(text: str) -> str:
    """Text with references in it, as a part of an expression: `s3://${var.b}` → `join("", ["s3://", var.b])`."""
    parts = [part for part in _REFERENCE.split(text) if part]
    # CDKTF leaves the braces of its own tokens out by itself inside an expression; `${var.name}` is the user's.
    words = [
        (part if "TfToken[" in part else part[2:-1]) if _REFERENCE.fullmatch(part) else json.dumps(part)
        for part in parts
    ]
    return words[0] if len(words) == 1 else f'join("", [{", ".join(words)}])'


def local(scope: Construct, construct_id: str, expression: str) -> str:
    """A reference to what the expression gives.

    By way of a Terraform local: an expression has quotes in it, and would be torn inside the JSON of a policy.
    """
    return TerraformLocal(scope, construct_id, f"${{{expression}}}").as_string
