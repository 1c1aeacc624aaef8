"""How one monitor names what another one makes.

`endpoint: ranker` is a monitor of the same stack; `endpoint: {existing: ranker-v3}` is something that is there
already. In a file plain text never means the latter: a mistyped word would pass for the name of something that no one
has, and alarms on it would never fire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, Field, GetJsonSchemaHandler, PrivateAttr, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from constructs_lib.aws.sagemaker import names as sagemaker_names
from constructs_lib.errors import ConfigError, Problem, cut
from constructs_lib.model import Model, nearest, shown
from constructs_lib.references import OrReference, is_reference

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

Kind = Literal["sagemaker_endpoint", "data_capture", "data_capture_key", "log_group", "outcomes"]
"""What a monitor can make for others to name. data_capture: an endpoint keeps requests and responses; to the
resources of others it is the S3 address of them, and data_capture_key the ARN of the key that encrypts them. outcomes:
no name, but the counts themselves (`alarms.outcomes`)."""

Exports = Mapping[Kind, Any]
"""Names of what a monitor makes, by kind."""


class Link(Model):
    """Names something by the monitor that makes it, or by its name in AWS.

    Plain text is a monitor's name; a Terraform reference is a name in AWS. In Python, outside of a `Config`, there are
    no monitors to look up, and plain text is the name in AWS too.
    """

    kind: ClassVar[Kind]
    words: ClassVar[str]
    """The kind as an error says it."""

    monitor: Annotated[str, Field(min_length=1)] | None = None
    """A monitor of the same stack."""
    existing: Annotated[str, Field(min_length=1), OrReference()] | None = None
    """The name of something that is there already."""
    _made: Exports | None = PrivateAttr(default=None)
    _references: Exports | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"existing": value} if is_reference(value) else {"monitor": value}
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors accept plain text, too."""
        return {"anyOf": [{"type": "string", "description": "A monitor of the same stack."}, handler(schema)]}

    def problems(self) -> Iterator[Problem]:
        """One of the two."""
        if (self.monitor is None) == (self.existing is None):
            found = "nothing" if self.monitor is None else "monitor and existing"
            yield Problem(f"{found} is given", f"name a monitor, or write {{existing: name}} for {self.words}")

    @property
    def name(self) -> str:
        """The name in AWS, for names, dimensions and sentences."""
        name = self.existing if self.existing is not None else self.monitor
        assert name is not None  # `problems` has made sure  # noqa: S101
        return name

    @property
    def reference(self) -> str:
        """The name as an argument of resources: of something made in the same stack a reference to it.

        Terraform then makes that first, and destroys it last.
        """
        reference: str = self._references[self.kind] if self._references is not None else self.name
        return reference

    @property
    def instead(self) -> str:
        """What to do where no monitor makes it."""
        return f"write {{existing: {cut(self.monitor or '')}}} for {self.words}"

    @property
    def made(self) -> Exports:
        """Names of all that the monitor makes; nothing is known of what is there already."""
        return self._made if self._made is not None else {}

    @property
    def references(self) -> Exports:
        """References to all that the monitor really makes, once it is built."""
        return self._references if self._references is not None else {}

    def to(self, made: Exports, references: Exports | None = None) -> Self:
        """The same link, once it is known what the monitor makes; it keeps the monitor's name."""
        resolved = self.model_copy(update={"existing": made[self.kind]})
        resolved._made, resolved._references = made, references  # noqa: SLF001  (its own class)
        return resolved


class EndpointLink(Link):
    """A SageMaker endpoint."""

    kind: ClassVar[Kind] = "sagemaker_endpoint"
    words: ClassVar[str] = "an endpoint that is there already"

    def problems(self) -> Iterator[Problem]:
        """One of the two, and a name SageMaker gives."""
        yield from super().problems()
        if self.existing is not None and (broken := sagemaker_names.given(self.existing)):
            yield broken.under("existing")


def resolve(monitors: Mapping[str, M], made: Callable[[str, M], Exports]) -> tuple[dict[str, M], list[Problem]]:
    """The monitors with every link to a monitor turned into the name of what that makes.

    Those whose links lead nowhere are left out, all of them if they name each other in a circle; what is wrong comes
    next to them, with paths that begin with the monitor's name.

    Args:
        monitors: By name.
        made: The names of what one of them makes.
    """
    names = {key: made(key, monitor) for key, monitor in monitors.items()}
    problems = [
        problem.under(".".join(map(str, (key, *path))))
        for key, monitor in monitors.items()
        for path, link in _links_in(monitor)
        if (problem := _broken(link, monitors, names))
    ]
    try:
        build_order(monitors)
    except ConfigError as circle:
        return {}, [*problems, *circle.problems]
    astray = {problem.path.partition(".")[0] for problem in problems}
    resolved = {
        key: _replaced(monitor, lambda link: link.to(names[link.monitor]) if link.monitor is not None else link)
        for key, monitor in monitors.items()
        if key not in astray
    }
    return resolved, problems


def refer(monitor: M, made: Callable[[str], Exports]) -> M:
    """A monitor that `resolve` gave, with references to what the others really make.

    Args:
        monitor: The resolved monitor.
        made: References to what a monitor makes, by its name.
    """
    return _replaced(monitor, lambda link: link.to(link.made, made(link.monitor)) if link.monitor is not None else link)


def build_order(monitors: Mapping[str, BaseModel]) -> list[str]:
    """The monitors' names, those that others name first.

    Raises:
        ConfigError: Monitors that name each other in a circle.
    """
    graph = {
        key: [link.monitor for _, link in _links_in(monitor) if link.monitor is not None and link.monitor in monitors]
        for key, monitor in monitors.items()
    }
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle: list[str] = error.args[1]
        rule = f"names itself through {' → '.join(circle[1:])}"
        raise ConfigError([Problem(path=circle[0], rule=rule, fix="name what is there already instead")]) from None


def _broken(link: Link, monitors: Mapping[str, BaseModel], names: Mapping[str, Exports]) -> Problem | None:
    if link.monitor is None or link.kind in names.get(link.monitor, {}):
        return None
    makers = [key for key, made in names.items() if link.kind in made]
    what = "makes none" if link.monitor in monitors else "is not a monitor of this stack"
    close = nearest(link.monitor, makers)
    return Problem(f"{shown(link.monitor)} {what}", f"{close} or {link.instead}" if close else link.instead)


@cache
def _linking(model: type[BaseModel]) -> tuple[str, ...]:
    """The options of a model that a link can be in, which few have: every option is asked several times."""
    return tuple(name for name, field in model.model_fields.items() if _may_link(field.annotation))


def _may_link(kind: Any) -> bool:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return issubclass(kind, Link) or bool(_linking(kind))
    return any(map(_may_link, get_args(kind)))


def _links_in(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Link]]:
    """Every link in nested options, with its path in the user's words."""
    match value:
        case Link():
            yield path, value
        case Model():
            for field in _linking(type(value)):
                yield from _links_in(getattr(value, field), (*path, value.key_of(field)))
        case Mapping():
            for key, item in value.items():
                yield from _links_in(item, (*path, key))
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _links_in(item, (*path, index))


def _replaced(value: T, by: Callable[[Link], Link]) -> T:
    """A copy of nested options with other links in it; what holds none stays the same object."""
    new: Any = value
    match value:
        case Link():
            new = by(value)
        case Model():
            held = {field: getattr(value, field) for field in _linking(type(value))}
            changed = {field: copy for field, item in held.items() if (copy := _replaced(item, by)) is not item}
            new = value.model_copy(update=changed) if changed else value
        case Mapping():
            new = {key: _replaced(item, by) for key, item in value.items()}
            new = new if any(new[key] is not item for key, item in value.items()) else value
        case list() | tuple():
            items = [_replaced(item, by) for item in value]
            new = type(value)(items) if any(a is not b for a, b in zip(items, value, strict=True)) else value
    copied: T = new
    return copied
