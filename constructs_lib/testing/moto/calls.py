"""How a call is added to moto: it answers an API action by the method of that name on the service's response class."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from moto.core.base_backend import BaseBackend
    from moto.core.responses import BaseResponse

Call: TypeAlias = Callable[[Any], Any]
"""A method of a response class: it reads its parameters from `self` and returns moto's ActionResult."""


def answer(response_class: type, call: Call) -> None:
    """Let `response_class` answer a call, named as the API's action in snake_case, instead of its own if any."""
    setattr(response_class, call.__name__, call)


def parameters(response: BaseResponse) -> dict[str, Any]:
    """The request's parameters, named and typed as in the API reference."""
    if response.automated_parameter_parsing:
        return response._get_params()  # noqa: SLF001 (moto's own response classes are subclasses, which may)
    return dict(json.loads(response.body or "{}"))


def kept(backend: BaseBackend, name: str) -> dict[str, Any]:
    """A store of our own in the backend's state, so that moto's reset clears it with everything else."""
    store: dict[str, Any] = backend.__dict__.setdefault(f"added_{name}", {})
    return store


def amend(owner: type, name: str, change: Callable[..., Any]) -> None:
    """Replace a method by `change(original, self, *arguments)`."""
    original = getattr(owner, name)

    @wraps(original)
    def changed(self: Any, *arguments: Any, **options: Any) -> Any:
        return change(original, self, *arguments, **options)

    setattr(owner, name, changed)
