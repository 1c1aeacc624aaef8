"""A name that ends in a hash of its content, for what can't be changed: a new one is made before the old is deleted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.aws.sagemaker.names import HASH_CHARACTERS
from constructs_lib.cdk import Construct, Fn
from constructs_lib.references import is_reference
from constructs_lib.resources.expression import local, operand


def content_hash(scope: Construct, construct_id: str, content: Any) -> str:
    """Eight hexadecimal digits of plain values.

    Where there are references among them, Terraform works the digits out, from what they stand for, too.
    """
    references: list[str] = []
    fixed = json.dumps(_without_references(content, references), sort_keys=True)
    digits = hashlib.sha256(fixed.encode()).hexdigest()[:HASH_CHARACTERS]
    if not references:
        return digits
    values = ", ".join(operand(value) for value in [digits, *references])
    return local(scope, construct_id, f'substr(sha256(join("|", [{values}])), 0, {HASH_CHARACTERS})')


def _without_references(content: Any, references: list[str]) -> Any:
    """The content with a mark in place of each reference, which goes into the list: CDKTF numbers them as they come."""
    match content:
        case Mapping():
            return {key: _without_references(item, references) for key, item in content.items()}
        case list() | tuple():
            return [_without_references(item, references) for item in content]
        case _ if is_reference(content):
            references.append(content if isinstance(content, str) else Fn.tostring(content))
            return "reference"
    return content
