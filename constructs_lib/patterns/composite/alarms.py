"""The alarm on other alarms."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.alarms.alarm import Combined
from constructs_lib.alarms.row import Row, table
from constructs_lib.patterns.composite.spec import CompositeSpec


@table
def alarms(spec: CompositeSpec, name: str) -> Iterable[Row]:  # noqa: ARG001  (as every table)
    """One alarm."""
    tree, silencer = spec.tree, spec.suppressed_by
    watch = Combined(alarms=sorted(tree.alarms), tree=tree)
    if silencer is not None:
        silence = {"suppressed_by": silencer.name, "extension_seconds": silencer.extension_seconds}
        watch = watch.model_copy(update=silence)
    return (Row("alarm", watch, says=spec.summary or tree.words),)
