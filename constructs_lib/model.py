"""The base of every option model: frozen, strict, and clear about what is wrong.

A model declares its fields with constraints; a rule that needs more than one field goes into `problems`. Whatever
is broken comes back as one `ConfigError` with every problem, each at the user's own path.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import re
import textwrap
import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import islice, pairwise
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.references import is_reference

if TYPE_CHECKING:
    from typing import Self

    from pydantic import GetJsonSchemaHandler, ModelWrapValidatorHandler
    from pydantic._internal._model_construction import ModelMetaclass
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

else:
    ModelMetaclass = type(BaseModel)  # pydantic has no public name for it

T = TypeVar("T")

if TYPE_CHECKING:
    Items = Sequence[T]  # what a caller may pass
else:
    Items = Annotated[tuple[T, ...], Field(strict=False)]
"""A list in YAML or Python, kept as a tuple so that a model stays frozen all the way down."""


def checked(check: Callable[[Any], Problem | None]) -> AfterValidator:
    """Turn a check into a field annotation: `Annotated[int, checked(period)]`.

    It sees references only where the field is not marked `OrReference`, and there they are mistakes.
    """
    strict = inspect.unwrap(check)

    def validate(value: T) -> T:
        problem = strict(value)
        if problem is not None:
            raise _custom(problem, kind="check")
        return value

    return AfterValidator(validate)


def literal(value: object) -> Problem | None:
    """What has to be known before deployment, such as a part of a Terraform address."""
    if not is_reference(value):
        return None
    rule = f"{shown(value)} is a Terraform reference, and this must be known before deployment"
    return Problem(rule, "write the value itself")


def not_empty(items: Sequence[object]) -> Problem | None:
    """For lists: pydantic's own `min_length` also counts an entry with a mistake in it as missing."""
    return None if items else Problem("is empty", "add an entry")


_CHOICES = 30
"""A longer list is not read."""


def nearest(word: object, known: Iterable[str]) -> str:
    """The fix for a mistyped word: the closest known one, or all of them."""
    options = sorted(known)
    close = difflib.get_close_matches(str(word), options, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    more = f" or one of {len(options) - _CHOICES} more" if len(options) > _CHOICES else ""
    return f"use one of {', '.join(options[:_CHOICES])}{more}" if options else ""


@dataclass_transform(kw_only_default=True, field_specifiers=(Field,))
class _ModelMeta(ModelMetaclass):
    """Makes `Spec(...)` in Python raise the same `ConfigError` that a file gives.

    pydantic builds nested models without calling the class, so their problems keep the full path.
    """

    if not TYPE_CHECKING:

        def __call__(cls, *args, **kwargs):  # noqa: N805  (a metaclass: `cls` is its self)
            try:
                made = super().__call__(*args, **kwargs)
            except ValidationError as error:
                raise ConfigError(problems_of(error, root=cls.__name__)) from None
            for problem in deprecated(made):
                warnings.warn(f"{cls.__name__}.{problem}", DeprecationWarning, stacklevel=2)
            return made


_USED = "_old_names_used"


@dataclass(frozen=True, slots=True)
class OldName:
    """An option's new name; the old one is taken until a day, and said.

    Attributes:
        to: The field.
        until: The first release after this day no longer takes the old name.
    """

    to: str
    until: date


class Model(BaseModel, metaclass=_ModelMeta):
    """A frozen, strict set of options; unknown keys are refused with the nearest valid one."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,  # "5" is not 5: YAML's surprises stop here
        validate_by_name=True,
        validate_by_alias=True,
        arbitrary_types_allowed=True,
        validate_default=False,
    )

    OLD_NAMES: ClassVar[Mapping[str, OldName]] = {}
    """Old names of options."""

    REFUSED: ClassVar[Mapping[str, Problem]] = {}
    """What might be expected to be an option and is not one, with the reason."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The sentence under a field is its help in an editor.

        pydantic would read the source of every model for it at each start; here only `schema` pays for that.
        """
        described = handler(schema)
        properties = handler.resolve_ref_schema(described).get("properties", {})
        for model in reversed(cls.__mro__):
            if issubclass(model, Model):
                for name, sentence in _sentences(model):
                    key = cls.key_of(name) if name in cls.model_fields else name
                    if key in properties:
                        properties[key]["description"] = sentence
        for old, new in cls.OLD_NAMES.items():
            said = f"Deprecated: write `{cls.key_of(new.to)}`. Taken until {new.until}."
            properties[old] = properties[cls.key_of(new.to)] | {"description": said, "deprecated": True}
        return described

    @classmethod
    def key_of(cls, field: str) -> str:
        """What a file calls a field: `lambda`, which Python keeps for itself, is `function` there.

        An alias for validation only: type checkers would take any other for the name of the argument.
        """
        alias = cls.model_fields[field].validation_alias
        return alias if isinstance(alias, str) else field

    def problems(self) -> Iterator[Problem]:
        """Rules over several fields; called once all fields are valid by themselves."""
        yield from ()

    def once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """What follows from the options, worked out once for each key: they never change."""
        if key not in self._followed:
            self._followed[key] = work_out()
        found: T = self._followed[key]
        return found

    @cached_property
    def _followed(self) -> dict[Hashable, Any]:
        return {}

    def __copy__(self) -> Self:
        """A copy may get other options, and is worked out again."""
        copied = super().__copy__()
        copied.__dict__.pop("_followed", None)
        return copied

    @model_validator(mode="wrap")
    @classmethod
    def _check(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Take old names, suggest keys for those that are unknown, and hold what is made to the rules."""
        old = cls._old_names_in(data)
        try:
            made = handler({cls._now(key): value for key, value in data.items()} if old else data)
        except ValidationError as error:
            details = error.errors(include_url=False)
            if not any(_is_unknown_key(detail) for detail in details):
                raise
            raise ValidationError.from_exception_data(cls.__name__, [cls._init(detail) for detail in details]) from None
        if made is data:  # checked when it was made
            return made
        if old:
            vars(made)[_USED] = old  # as a cached property is kept
        found = [
            InitErrorDetails(type=_custom(problem), loc=tuple(filter(None, problem.path.split("."))), input=made)
            for problem in made.problems()
        ]
        if found:
            raise ValidationError.from_exception_data(cls.__name__, found)
        return made

    @classmethod
    def _old_names_in(cls, data: Any) -> tuple[str, ...]:
        """The old names that are used; one that is given with its new name is an unknown key."""
        if not cls.OLD_NAMES or not isinstance(data, Mapping):
            return ()
        return tuple(
            old for old, new in cls.OLD_NAMES.items() if old in data and not {new.to, cls.key_of(new.to)} & data.keys()
        )

    @classmethod
    def _now(cls, key: str) -> str:
        return cls.key_of(cls.OLD_NAMES[key].to) if key in cls.OLD_NAMES else key

    @classmethod
    def _init(cls, detail: ErrorDetails) -> InitErrorDetails:
        problem = cls._unknown(detail["loc"][0]) if _is_unknown_key(detail) else _problem_of(detail)
        return InitErrorDetails(type=_custom(problem), loc=detail["loc"], input=detail["input"])

    @classmethod
    def _unknown(cls, key: int | str) -> Problem:
        if (refused := cls.REFUSED.get(str(key))) is not None:
            return refused
        if key in cls.OLD_NAMES:
            now = cls.key_of(cls.OLD_NAMES[str(key)].to)
            return Problem(f"is the old name of `{now}`, which is given too", "remove it")
        inside = " or ".join(map(repr, islice(cls._inside(str(key)), 3)))
        keys = [cls.key_of(name) for name in cls.model_fields]
        return Problem(f"{key!r} is not a key here", f"did you mean {inside}?" if inside else nearest(key, keys))

    @classmethod
    def _inside(cls, key: str) -> Iterator[str]:
        """Options one level below that are called so, perhaps with a unit: of `period` `metric.period_seconds`."""
        for name, field in cls.model_fields.items():
            for model in _models_of(field.annotation):
                for option in map(model.key_of, model.model_fields):
                    if option == key or option.startswith(f"{key}_"):
                        yield f"{cls.key_of(name)}.{option}"


def deprecated(made: object) -> Iterator[Problem]:
    """The old names in options, with their paths."""
    if isinstance(made, Model):
        for old in vars(made).get(_USED, ()):
            new = made.OLD_NAMES[old]
            rule = f"is the old name of `{made.key_of(new.to)}`, and is taken until {new.until}"
            yield Problem(rule, "rename it", old)
        for field in _with_old_names(type(made)):
            for problem in deprecated(getattr(made, field)):
                yield problem.under(made.key_of(field))
    elif isinstance(made, Mapping):
        for key, value in made.items():
            yield from (problem.under(str(key)) for problem in deprecated(value))
    elif isinstance(made, list | tuple):
        for index, value in enumerate(made):
            yield from (problem.under(str(index)) for problem in deprecated(value))


def _models_of(kind: Any) -> Iterator[type[Model]]:
    """The models that an option may be, not those in lists and mappings."""
    if isinstance(kind, type) and issubclass(kind, Model):
        yield kind
    elif get_origin(kind) in (Union, UnionType, Annotated):
        for part in get_args(kind):
            yield from _models_of(part)


@cache
def _with_old_names(model: type[Model]) -> tuple[str, ...]:
    """The options of a model below which there may be old names; few have any, and each is asked every time."""
    return tuple(name for name, field in model.model_fields.items() if _may_have_old_names(field.annotation))


def _may_have_old_names(kind: Any) -> bool:
    if isinstance(kind, type) and issubclass(kind, Model):
        every = (kind, *kind.__subclasses__())  # of a monitor the pattern decides
        return any(one.OLD_NAMES or _with_old_names(one) for one in every)
    return any(map(_may_have_old_names, get_args(kind)))


def _sentences(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The fields of a model that have a sentence under them, with it."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    for field, below in pairwise(definition.body if isinstance(definition, ast.ClassDef) else ()):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(sentence))):
                yield name, inspect.cleandoc(sentence)


def problems_of(error: ValidationError, *, root: str = "") -> list[Problem]:
    """Every problem in a pydantic error, in this library's words, with `root` before each path."""
    found: list[Problem] = []
    of_unions: set[str] = set()
    for detail in error.errors(include_url=False):
        path = ".".join(str(part) for part in detail["loc"] if part not in _MARKS)
        if detail["loc"][-1:] and detail["loc"][-1] in _WAYS:  # one value is read in several ways; the first is said
            if path in of_unions:
                continue
            of_unions.add(path)
        found.append(_problem_of(detail).at(path).under(root))
    return found


def shown(value: object) -> str:
    """A value as an error quotes it: short, and the way it would be written."""
    if type(value).__module__.startswith("jsii"):
        return "a value of CDKTF whose type is not known (of a variable take string_value, number_value or list_value)"
    text = _written(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _written(value: object) -> str:
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return repr(value[:100])
        case int() if value.bit_length() > 10_000:  # Python writes 4,300 digits out, and no more
            return f"a number of more than {value.bit_length() // 4:,} digits"
        case list() | tuple():
            return f"[{', '.join(_written(item) for item in value[:20])}]"
        case dict():
            return f"{{{', '.join(f'{key!r}: {_written(item)}' for key, item in list(value.items())[:20])}}}"
    return str(value)


def _custom(problem: Problem, *, kind: Literal["check", "rule"] = "rule") -> PydanticCustomError:
    """A problem as pydantic carries it: of a check of one value, or a rule over several."""
    return PydanticCustomError(kind, "{rule}", {"rule": problem.rule, "fix": problem.fix})


def _is_unknown_key(detail: ErrorDetails) -> bool:
    return detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1


_WAYS = ("datetime", "str")
_MARKS = ("[key]", "[text]", "[more]", *_WAYS)
"""Of pydantic in a path, for a mapping's key and for a way to read a value; nothing is called so in a file."""

_TIME = "write it like 2026-12-01T02:00:00Z"

# pydantic's error types in this library's words: (rule, fix). `{value}` is what the user wrote.
_MESSAGES: dict[str, tuple[str, str]] = {
    "missing": ("is missing", "add it"),
    "int_type": ("{value} is not a whole number", "write a whole number without quotes"),
    "int_from_float": ("{value} is not a whole number", "write a whole number"),
    "float_type": ("{value} is not a number", "write a number without quotes"),
    "finite_number": ("{value} is not a finite number", "write an ordinary number"),
    "bool_type": ("{value} is neither true nor false", "write true or false without quotes"),
    "string_type": ("{value} is not text", "write it in quotes"),
    "string_too_short": ("{value} is shorter than {min_length}", "write at least {min_length} characters"),
    "string_too_long": ("{value} is longer than {max_length} characters", "shorten it"),
    "greater_than": ("{value} is not above {gt}", "write a number above {gt}"),
    "greater_than_equal": ("{value} is below {ge}", "write {ge} or more"),
    "less_than": ("{value} is not below {lt}", "write a number below {lt}"),
    "less_than_equal": ("{value} is above {le}", "write {le} or less"),
    "multiple_of": ("{value} is not a multiple of {multiple_of}", "write a multiple of {multiple_of}"),
    "literal_error": ("{value} is not {expected}", ""),
    "datetime_type": ("{value} is not a time", _TIME),
    "datetime_parsing": ("{value} is not a time", _TIME),
    "datetime_from_date_parsing": ("{value} is not a time", _TIME),
    "tuple_type": ("{value} is not a list", "write a list: [a, b]"),
    "list_type": ("{value} is not a list", "write a list: [a, b]"),
    "dict_type": ("{value} is not a mapping", "write keys and values: {{key: value}}"),
    "mapping_type": ("{value} is not a mapping", "write keys and values: {{key: value}}"),
    "model_type": ("{value} is not a mapping", "write keys and values: {{key: value}}"),
    "model_attributes_type": ("{value} is not a mapping", "write keys and values: {{key: value}}"),
    "too_short": ("has {actual_length} entries, and needs at least {min_length}", "add one"),
    "too_long": ("has {actual_length} entries, and {max_length} are allowed", "remove some"),
}


_EXPONENT = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")


def _problem_of(detail: ErrorDetails) -> Problem:
    value, context = detail["input"], detail.get("ctx", {})
    if detail["type"] == "rule":
        return Problem(context["rule"], context["fix"])
    if isinstance(value, str) and detail["type"] != "missing" and (unknown := literal(value)):
        return unknown
    if detail["type"] == "check":
        return Problem(context["rule"], context["fix"])
    if detail["type"] == "float_type" and isinstance(value, str) and _EXPONENT.fullmatch(value):
        return Problem(f"{shown(value)} is text to YAML, not a number", f"write {float(value):.15g}")
    rule, fix = _MESSAGES.get(detail["type"], ("{value}: " + detail["msg"].replace("{", "{{").replace("}", "}}"), ""))
    if detail["type"] == "literal_error" and isinstance(value, str):
        fix = nearest(value, context["expected"].replace("'", "").replace(" or ", ", ").split(", "))
        fix = fix if fix.startswith("did") else ""
    words = {key: f"{item:g}" if isinstance(item, float) else item for key, item in context.items()}
    return Problem(rule.format(value=shown(value), **words), fix.format(value=shown(value), **words))
