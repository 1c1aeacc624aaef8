"""Schedules SageMaker keeps."""

from __future__ import annotations

import pytest

from constructs_lib.patterns.monitoring_job import schedule


@pytest.mark.parametrize(
    ("text", "expression", "seconds", "offsets"),
    [
        ("hourly", "cron(0 * ? * * *)", 3_600, ("-PT1H", "-PT0H")),
        ("every 6 hours", "cron(0 0/6 ? * * *)", 21_600, ("-PT6H", "-PT0H")),
        ("daily", "cron(0 0 ? * * *)", 86_400, ("-P1D", "-PT0H")),
        ("daily at 17", "cron(0 17 ? * * *)", 86_400, ("-P1D", "-PT0H")),
        ("daily at 03:00", "cron(0 3 ? * * *)", 86_400, ("-P1D", "-PT0H")),
    ],
)
def test_what_a_text_means(text: str, expression: str, seconds: int, offsets: tuple[str, str]) -> None:
    assert schedule.problem(text) is None
    found = schedule.parse(text)
    assert (found.expression, found.seconds, found.offsets()) == (expression, seconds, offsets)


@pytest.mark.parametrize(
    "text", ["every 5 minutes", "weekly", "every 1 hours", "every 24 hours", "daily at 24", "rate(1 hour)", ""]
)
def test_what_sagemaker_does_not_keep(text: str) -> None:
    assert schedule.problem(text) is not None


def test_labels_that_take_long_move_the_window_back() -> None:
    assert schedule.parse("hourly").offsets(3) == ("-PT4H", "-PT3H")
    assert schedule.parse("daily").offsets(2) == ("-PT26H", "-PT2H")
