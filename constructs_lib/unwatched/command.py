"""`ai-monitoring unwatched`."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.terraform.reading import ReadPlan, read
from constructs_lib.unwatched.gaps import gaps
from constructs_lib.unwatched.report import FORMATS


def run(files: Sequence[str], *, form: str = "text", fail_under: float | None = None) -> tuple[str, bool]:
    """Look at files; what to print, and whether a check has to fail.

    Raises:
        ConfigError: A file can't be read.
    """
    stacks, partial = [], []
    for file in files:
        found = read(file)
        stacks.append(found.after if isinstance(found, ReadPlan) else found)
        if isinstance(found, ReadPlan) and found.partial:
            partial.append(str(file))
    judged = gaps(stacks, partial)
    return FORMATS[form](judged), fail_under is not None and judged.percent < fail_under
