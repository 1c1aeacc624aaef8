"""What is wrong where the grammar gives up: what stands there, what may stand there, what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from constructs_lib.filter_pattern.errors import FilterPatternError
from constructs_lib.filter_pattern.source import OTHER_QUOTES, Kind, Source

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedInput

_TERMINALS = {
    "SELECTOR": "a selector such as `$.level`",
    "OPERATOR": "one of `=` `!=` `>` `>=` `<` `<=`",
    "IS": "`IS`",
    "NOT": "`NOT EXISTS`",
    "EXISTS": "`EXISTS`",
    "LITERAL": "`NULL`, `TRUE` or `FALSE`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "COMMA": "`,`",
    "QUOTED": "a text in double quotes",
    "REGEX": "a `%regular expression%`",
    "WORD": "a word",
    "MODIFIER": "`?` or `-`",
    "$END": "the end",
}
_BARE = {"json": "a number or word", "delimited": "a field name, number or word", "text": "a word"}
_FOREIGN = {"json": {"LSQB", "RSQB", "COMMA"}, "delimited": {"LBRACE", "RBRACE"}}
"""Signs of the other language. Where no token fits at all, lark lists what any of the languages would have there."""
_BLANKS = " \t\r\n"
"""What the grammar skips. A no-break space out of a web page is none of them."""
_CONNECTIVES = ("&&", "||")
_KEY = re.compile(r"""["']?([A-Za-z_][\w-]*)["']?\s*(?:[=!<>:]|(?:IS|NOT)\b)""", re.ASCII)
"""A field name where a selector belongs."""

# What people write, what stands before it, and what to write instead. Tried in order.
_MISTAKES: tuple[tuple[str, str, str], ...] = (
    (r"", r"=\s*~$", "write `= %expression%`"),
    (r"=", r">$", "write `>=`"),
    (r"=", r"=$", "write `=`"),
    (r">", r"=$", "write `>=`"),
    (r"<", r"=$", "write `<=`"),
    (r">", r"<$", "write `!=`"),
    (r"(?i:and)\b|&(?!&)", "", "write `&&`"),
    (r"(?i:or)\b|\|(?!\|)", "", "write `||`"),
    (r"(?i:like|contains|matches|in)\b", "", 'write `= "*text*"`, or `= %expression%`'),
    (rf"[{OTHER_QUOTES}]", "", 'use plain double quotes (`"`)'),
    (r"%", r"\S$", "quote the value if the sign is part of it"),
)
_PRESENT = "write `= *` for a field that holds a string or number"
_JSON_MISTAKES: tuple[tuple[str, str, str], ...] = (
    (r"(?i:not\s+)(?i:null)\b", r"(?i:\bis)$", f"{_PRESENT}: there is no `IS NOT`"),
    (r"(?i:not\s+)(?i:true)\b", r"(?i:\bis)$", "write `IS FALSE`: there is no `IS NOT`"),
    (r"(?i:not\s+)(?i:false)\b", r"(?i:\bis)$", "write `IS TRUE`: there is no `IS NOT`"),
    (r"(?i:is\s+not\b)", "", f"{_PRESENT}, `IS TRUE` or `IS FALSE` for a boolean: there is no `IS NOT`"),
    (r"(?i:not\s+exists?)\b", "", "write `NOT EXISTS`, in capitals"),
    (r"(?i:exists?)\b", r"\bNOT$", "write `NOT EXISTS`, in capitals"),
    (r"(?i:exists?)\b", "", f"{_PRESENT}: there is no `EXISTS`"),
    (r"(?i:is\s+)(?i:null|true|false)\b", "", "write `IS NULL`, `IS TRUE` or `IS FALSE`, in capitals"),
    (r"(?i:null|true|false)\b", r"\bIS$", "write it in capitals"),
    (r"!|(?i:not)\b", "", "turn the condition round with `!=`: there is no `!` or `NOT` before a condition"),
    (r",", "", "write `&&`"),
)
_DELIMITED_MISTAKES: tuple[tuple[str, str, str], ...] = (
    (r"(?i:is|not|exists)\b", "", "compare with `=` and the like: `IS` and `EXISTS` are for JSON patterns"),
)


def syntax_error(source: Source, error: UnexpectedInput) -> FilterPatternError:
    """The error for a place where the text leaves the grammar."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    position = len(source.text.rstrip(_BLANKS))
    allowed: set[str] = set()
    if isinstance(error, UnexpectedCharacters):
        position, allowed = cast("int", error.pos_in_stream), set(error.allowed or ())
    elif isinstance(error, UnexpectedToken):
        allowed = set(error.accepts or error.expected)
        if error.token.type != "$END":
            position = error.token.start_pos or 0
    return source.error(position, _message(source, position, allowed), _cure(source, position, allowed))


def _message(source: Source, position: int, allowed: set[str]) -> str:
    for sign, terminal, what in (('"', "QUOTED", "quoted text"), ("%", "REGEX", "regular expression")):
        if source.text.startswith(sign, position) and terminal in allowed:
            return f"the {what} that begins here has no end"
    return f"{_found(source.text, position)}, where {_listed(_described(allowed, source.kind))} is allowed"


def _found(text: str, position: int) -> str:
    rest = text[position:].strip(_BLANKS)
    if not rest:
        return "the pattern ends"
    word = re.match(r"[\w.$*-]+|[=!<>&|]+|.", rest, re.DOTALL)
    return f"`{word[0] if word else rest}`"


def _described(allowed: Iterable[str], kind: Kind) -> list[str]:
    """The terminals in words, in a fixed order; what lark calls the connectives goes together."""
    allowed = set(allowed) - _FOREIGN.get(kind, set())
    known = [words for name, words in _TERMINALS.items() if name in allowed]
    if "BARE" in allowed:
        known.insert(0, _BARE[kind])
    if any(name not in _TERMINALS and name != "BARE" for name in allowed):
        known.extend(f"`{connective}`" for connective in _CONNECTIVES)
    return known or ["nothing more"]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _cure(source: Source, position: int, allowed: set[str]) -> str:
    before, rest = source.text[:position].rstrip(_BLANKS), source.text[position:].lstrip(_BLANKS)
    if rest.startswith('"') and "QUOTED" in allowed:
        return 'add `"` at its end; inside quotes, write `\\"` for the sign'
    if rest.startswith("%") and "REGEX" in allowed:
        return "add `%` at its end, or quote the text if the sign is meant"
    if source.kind == "text":
        return _text_cure(rest)
    if allowed == {"$END"}:
        return f"end the pattern with `{before[-1:]}`, or quote it all to look for the text in an event"
    key = _KEY.match(rest)
    if key and source.kind == "json" and "SELECTOR" in allowed:
        return f"write `$.{key[1]}`"
    mistakes = _MISTAKES + (_JSON_MISTAKES if source.kind == "json" else _DELIMITED_MISTAKES)
    for mistake, after, cure in mistakes:
        if re.match(mistake, rest) and re.search(after, before):
            return cure
    if not rest or rest[0] in ")}],&|":
        return _missing(rest, allowed)
    return "take it out, or quote it if it is part of a value"


def _text_cure(rest: str) -> str:
    if not rest:
        return "put a term after the sign, or quote it to look for the sign"
    word = re.split(f"[{_BLANKS}]", rest, maxsplit=1)[0]
    return f'quote it to look for the sign: `"{word}"`'


def _missing(rest: str, allowed: set[str]) -> str:
    """What to add before a closing sign or the end."""
    if "REGEX" in allowed:
        return "put a value there, or `*` for any"
    if "LITERAL" in allowed:
        return "write `IS NULL`, `IS TRUE` or `IS FALSE`"
    if "EXISTS" in allowed:
        return "write `NOT EXISTS`"
    if "OPERATOR" in allowed and "RSQB" not in allowed:
        return "compare it: `= *` is true of any string or number"
    if "SELECTOR" in allowed:
        return "put a condition there, such as `$.level = *`; leave the whole pattern empty to match every event"
    if "BARE" in allowed and "RSQB" not in allowed:
        return "put a condition there, such as `status = 4*`"
    for name, sign in (("RPAR", ")"), ("RBRACE", "}"), ("RSQB", "]")):
        if name in allowed and not rest.startswith(sign) and not (rest and sign != ")"):
            return f"add `{sign}`"
    return f"take the `{rest[:1]}` out"
