"""The text a pattern is read from: its language, errors at a column, and the tokens all three languages share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NoReturn

from constructs_lib.filter_pattern import regex
from constructs_lib.filter_pattern.errors import FilterPatternError
from constructs_lib.filter_pattern.tree import Regex

if TYPE_CHECKING:
    from lark import Token, Tree

    Shape = Tree[Token]
    Node = Token | Shape | None

Kind = Literal["text", "json", "delimited"]

MAX_REGEXES = 2
"""AWS page, "Quotas": regular expressions in one JSON or space-delimited pattern."""

OTHER_QUOTES = "'`\u201c\u201d\u2018\u2019"
"""Quotes that mean nothing to CloudWatch; the curly ones come with text out of a document."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def kind_of(text: str) -> Kind:
    """Which of the three languages a pattern is in: its first sign decides."""
    match text.strip()[:1]:
        case "{":
            return "json"
        case "[":
            return "delimited"
    return "text"


class Source:
    """The text of one pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.kind = kind_of(text)
        self.advice: list[FilterPatternError] = []
        """What CloudWatch accepts, and reads otherwise than it was almost certainly meant."""

    def error(self, position: int, message: str, fix: str) -> FilterPatternError:
        """An error at `position`, counted from 0."""
        return FilterPatternError(message, pattern=self.text, column=position + 1, fix=fix)

    def fail(self, position: int, message: str, fix: str) -> NoReturn:
        """Raise it."""
        raise self.error(position, message, fix)

    def advise(self, position: int, message: str, fix: str) -> None:
        """Note it: CloudWatch accepts it, a configuration may not have it."""
        self.advice.append(self.error(position, message, fix))

    def regex(self, token: Token) -> Regex:
        """A `%…%` token, checked."""
        expression = token[1:-1]
        if not expression:
            self.fail(start(token), "`%%` holds no regular expression", "put one between the percent signs")
        checked = regex.check(expression, pattern=self.text, offset=start(token) + 1)
        self.advice += checked.advice
        return Regex(expression)

    def unquoted(self, token: Token) -> str:
        r"""The text of a `"…"` token. `\"` and `\\` are the two escapes AWS's own CDK writes."""
        body = token[1:-1]
        for escape in _ESCAPE.finditer(body):
            if escape[1] not in '"\\':
                self.fail(
                    start(token) + 1 + escape.start(),
                    f'`{escape[0]}` is not an escape: there are `\\"` and `\\\\`',
                    f"write `\\\\{escape[1]}` for a backslash",
                )
        return _ESCAPE.sub(r"\1", body)

    def check_regex_count(self, shape: Shape) -> None:
        """At most two expressions in a JSON or space-delimited pattern."""
        found = tokens(shape, "REGEX")
        if len(found) > MAX_REGEXES:
            self.fail(
                start(found[MAX_REGEXES]),
                f"a third regular expression, and a pattern in braces or brackets may have {MAX_REGEXES}",
                "use wildcards (`*`) for some, or join two with `|`",
            )


def start(token: Token) -> int:
    """Where a token begins, counted from 0."""
    return token.start_pos or 0


def tokens(shape: Shape, *types: str) -> Sequence[Token]:
    """The tokens of these types in a subtree, in the order of the text."""
    found = shape.scan_values(lambda value: getattr(value, "type", None) in types)
    return sorted(found, key=start)
