"""The canonical text of a pattern: every value quoted, one blank around operators. Printed and parsed, it is equal."""

from __future__ import annotations

from constructs_lib.filter_pattern.selector import print_selector
from constructs_lib.filter_pattern.tree import (
    AbsenceTest,
    And,
    Comparison,
    Condition,
    Delimited,
    Field,
    FieldName,
    JsonFilter,
    LiteralTest,
    Number,
    Or,
    Regex,
    Selector,
    Terms,
    Tree,
    Value,
)


def print_tree(tree: Tree) -> str:
    """The whole pattern."""
    match tree:
        case Terms():
            return _print_terms(tree)
        case Regex():
            return f"%{tree.source}%"
        case JsonFilter(condition):
            return f"{{ {print_condition(condition)} }}"
        case Delimited():
            return _print_delimited(tree)


def print_condition(condition: Condition) -> str:
    """A condition, compound or not."""
    match condition:
        case Comparison(subject, operator, value):
            return f"{print_subject(subject)} {operator.value} {print_value(value)}"
        case LiteralTest(selector, literal):
            return f"{print_selector(selector)} IS {literal}"
        case AbsenceTest(selector):
            return f"{print_selector(selector)} NOT EXISTS"
        case Or(parts):
            return " || ".join(map(print_condition, parts))
        case And(parts):
            return " && ".join(f"({print_condition(p)})" if isinstance(p, Or) else print_condition(p) for p in parts)


def print_subject(subject: Selector | FieldName) -> str:
    """What a comparison looks at."""
    return subject.name if isinstance(subject, FieldName) else print_selector(subject)


def print_value(value: Value) -> str:
    """What a comparison compares with. A lone `*` stays bare: it is how AWS writes "has a value"."""
    match value:
        case Number(text):
            return text
        case Regex(source):
            return f"%{source}%"
    return value.text if value.text == "*" else quote(value.text)


def quote(text: str) -> str:
    """In double quotes; a quote or backslash inside gets a backslash before it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def print_term(term: str, *, bare: bool = True) -> str:
    """A word as it is if it may be bare, anything else in quotes."""
    return term if bare and is_word(term) else quote(term)


def is_word(term: str) -> bool:
    """Whether a term may stand without quotes: letters, digits and `_` only (AWS page)."""
    return term.isascii() and term.replace("_", "a").isalnum()


def _print_terms(terms: Terms) -> str:
    """Two required words are quoted: bare, the parser takes them for a phrase someone forgot to quote."""
    bare = len(terms.required) == 1
    parts = [print_term(term, bare=bare) for term in terms.required]
    parts += [f"-{print_term(term)}" for term in terms.excluded]
    parts += [f"?{print_term(term)}" for term in terms.optional]
    return " ".join(parts)


def _print_delimited(tree: Delimited) -> str:
    parts = [_print_field(field) for field in tree.head]
    if tree.tail is not None:
        parts += ["...", *map(_print_field, tree.tail)]
    return f"[{', '.join(parts)}]"


def _print_field(field: Field) -> str:
    return print_condition(field.condition) if field.condition else field.name or ""
