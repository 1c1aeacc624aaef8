"""From the text of a pattern to its tree.

The grammar (grammar.lark) gives the shape; text_terms, conditions and delimited_fields check what words may hold, and
note what CloudWatch accepts but reads otherwise than it was almost certainly meant.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from constructs_lib.cache import parser
from constructs_lib.filter_pattern.conditions import json_filter
from constructs_lib.filter_pattern.delimited_fields import delimited_filter
from constructs_lib.filter_pattern.diagnosis import syntax_error
from constructs_lib.filter_pattern.errors import FilterPatternError
from constructs_lib.filter_pattern.printer import print_tree
from constructs_lib.filter_pattern.source import Kind, Source
from constructs_lib.filter_pattern.text_terms import text_filter
from constructs_lib.filter_pattern.tree import Tree

if TYPE_CHECKING:
    from lark import Lark

MAX_CHARACTERS = 1024
"""botocore logs.FilterPattern."""


def read(text: str) -> tuple[Tree, tuple[FilterPatternError, ...]]:
    """Read a pattern as CloudWatch does, and say what was probably meant otherwise.

    Raises:
        FilterPatternError: CloudWatch would refuse the pattern.
    """
    from lark.exceptions import UnexpectedInput

    if len(text) > MAX_CHARACTERS:
        raise _too_long(text, text, "")
    if lone := re.search("[\ud800-\udfff]", text):
        raise FilterPatternError(
            "half a surrogate pair is not a character", pattern=text, column=lone.start() + 1, fix="take it out"
        )
    source = Source(text)
    try:
        shape = _lark().parse(text, start=source.kind)
    except UnexpectedInput as error:
        raise syntax_error(source, error) from None
    tree = _BUILDERS[source.kind](source, shape)
    # What is deployed is the canonical text, so it has to fit as well. Its quotes and blanks at most triple a pattern.
    if len(text) > MAX_CHARACTERS // 3 and len(written := print_tree(tree)) > MAX_CHARACTERS:
        source.advice.append(_too_long(text, written, " with its values quoted"))
    return tree, tuple(source.advice)


_BUILDERS = {"text": text_filter, "json": json_filter, "delimited": delimited_filter}


@cache
def _lark() -> Lark:
    """Made when the first pattern is read: most commands see none."""
    starts: list[Kind] = ["text", "json", "delimited"]
    return parser(Path(__file__).with_name("grammar.lark"), start=starts, maybe_placeholders=True)


def _too_long(text: str, written: str, how: str) -> FilterPatternError:
    return FilterPatternError(
        f"the pattern has {len(written)} characters{how}, and CloudWatch allows {MAX_CHARACTERS}",
        pattern=text,
        column=min(len(text), MAX_CHARACTERS) + 1,
        fix="shorten it, or split it over several filters",
    )
