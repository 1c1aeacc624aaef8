"""Text patterns: `ERROR -timeout`, `?Error ?Exception`, `"out of memory"`, `%WARN|ERROR%`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, NoReturn, cast

from constructs_lib.filter_pattern.printer import print_term, quote
from constructs_lib.filter_pattern.source import OTHER_QUOTES, Source, start
from constructs_lib.filter_pattern.tree import Regex, Terms

if TYPE_CHECKING:
    from lark import Token

    from constructs_lib.filter_pattern.source import Shape

_NOT_IN_WORD = re.compile(r"[^A-Za-z0-9_.]")
"""AWS page: quote what is not alphanumeric. The service refuses `-`, `:`, `/`, `@` and others, and takes dots."""


class _Term(NamedTuple):
    modifier: Token | None
    token: Token

    @property
    def start(self) -> int:
        return start(self.token if self.modifier is None else self.modifier)


def text_filter(source: Source, shape: Shape) -> Terms | Regex:
    """The tree of a text pattern."""
    terms = [_Term(*cast("tuple[Token | None, Token]", term.children)) for term in cast("list[Shape]", shape.children)]
    _check_spacing(source, terms)
    if any(term.token.type == "REGEX" for term in terms):
        return _standalone_regex(source, terms)
    groups: dict[str, list[str]] = {"": [], "-": [], "?": []}
    for modifier, token in terms:
        groups[modifier or ""].append(_text(source, token))
    _check_bare_words(source, terms)
    _check_mixed_optional(source, terms, groups)
    required, excluded, optional = (tuple(dict.fromkeys(groups[key])) for key in ("", "-", "?"))
    return Terms(required, excluded, () if required or excluded else optional)


def _text(source: Source, token: Token) -> str:
    if token.type == "QUOTED":
        if phrase := source.unquoted(token):
            return phrase
        source.fail(start(token), "an empty phrase", "leave the whole pattern empty to match every event")
    if bad := _NOT_IN_WORD.search(token):
        _bad_word(source, token, bad)
    return str(token)


def _check_spacing(source: Source, terms: Sequence[_Term]) -> None:
    for modifier, token in terms:
        if modifier is not None and modifier.end_pos != token.start_pos:
            source.fail(
                start(modifier),
                f"`{modifier}` stands alone, and it belongs directly before a term",
                f"write `{modifier}{token}`, or quote it to look for the sign",
            )
    for before, after in pairwise(terms):
        if before.token.end_pos == after.start:
            source.fail(after.start, f"`{after.token}` directly follows another term", "put a blank between the two")


def _standalone_regex(source: Source, terms: Sequence[_Term]) -> Regex:
    """The AWS page has a regex standalone, in braces or in brackets, and says nothing of one among terms."""
    if len(terms) == 1 and terms[0].modifier is None:
        return source.regex(terms[0].token)
    raise source.error(
        next(term.start for term in terms if term.token.type == "REGEX"),
        "a text pattern with a regular expression can have nothing else",
        "put all of it in one expression (`%a|b%` for either, `%a.*b%` for one after the other)",
    )


def _check_bare_words(source: Source, terms: Sequence[_Term]) -> None:
    """`Error Exception` needs both, and people who write it mean the phrase, or either. Quoted, both are meant."""
    words = [term.token for term in terms if term.modifier is None and term.token.type == "WORD"]
    if len(words) < 2:
        return
    meant = [str(word) for word in words if word.upper() not in ("AND", "OR")] or [str(word) for word in words]
    either = " ".join(f"?{word}" for word in meant)
    every = " ".join(map(quote, meant))
    source.advise(
        start(words[1]),
        f"words in a row match only events that hold every one of them ({', '.join(f'`{word}`' for word in words)})",
        f"write `{either}` for any of them, `{quote(' '.join(meant))}` for the phrase, `{every}` for all of them",
    )


def _bad_word(source: Source, word: Token, bad: re.Match[str]) -> NoReturn:
    position = start(word) + bad.start()
    if word.startswith("$"):
        source.fail(position, f"`{word}` is a selector outside braces", f"write `{{ {source.text.strip()} }}`")
    if word in ("&&", "||"):
        source.fail(
            position, f"`{word}` is for patterns in braces or brackets", "write `?a ?b` for either of two words"
        )
    if word[0] in OTHER_QUOTES:
        source.fail(position, f"`{word[0]}` is not a quote here", f"write `{quote(word.strip(OTHER_QUOTES))}`")
    if set(_NOT_IN_WORD.findall(word)) == {"*"} and word.strip("*"):
        source.fail(
            position,
            f"`{word}` has a wildcard, and text patterns have none",
            f"write `{word.strip('*')}`: a term is also found inside a longer word",
        )
    source.fail(
        position,
        f"`{bad[0]}` in `{word}`: a term without quotes has letters, digits, `_` and `.` only",
        f"write `{quote(word)}`",
    )


def _check_mixed_optional(source: Source, terms: Sequence[_Term], groups: dict[str, list[str]]) -> None:
    """AWS page: combined with other terms, `?` terms are ignored."""
    if not groups["?"] or not (groups[""] or groups["-"]):
        return
    if groups["-"]:
        fix = "leave the `?` terms out, or match alternatives with one regular expression (`%a|b%`)"
    else:
        every = groups["?"] + groups[""]
        either = " ".join(f"?{print_term(term)}" for term in every)
        fix = f"write `{either}` for any of them, `{' '.join(map(quote, every))}` for all of them"
    first = next(term for term in terms if term.modifier == "?")
    source.advise(first.start, "CloudWatch ignores every `?` term next to a plain or `-` term", fix)
