"""Series and bands out of CloudWatch's own exports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from constructs_lib.simulation.export import InvalidExport, read


def file(folder: Path, content: object, name: str = "export") -> Path:
    """A file that holds a text, or JSON."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def result(key: str, values: list[float], first: int = 0) -> dict[str, object]:
    """One result of get-metric-data, as the CLI prints it: the newest first."""
    stamps = [f"2026-01-05T09:{first + index:02}:00+00:00" for index in range(len(values))]
    return {"Id": key, "Label": key, "Timestamps": stamps[::-1], "Values": values[::-1], "StatusCode": "Complete"}


def test_pages_of_one_id_are_one_series(tmp_path: Path) -> None:
    pages = {"MetricDataResults": [result("calls", [3, 4], first=2), result("calls", [1, 2])], "Messages": []}
    found = read(file(tmp_path, pages)).series("calls")
    assert found.values.tolist() == [[1, 2, 3, 4]]
    assert (found.at[0], found.every) == (1_767_603_600, 60)


def test_a_band_has_two_values_a_moment_whatever_their_order(tmp_path: Path) -> None:
    results = [result("ad", [9, 2]), result("calls", [5, 5]), result("ad", [1, 8])]
    export = read(file(tmp_path, {"MetricDataResults": results}))
    assert export.band().values.tolist() == [[1, 2], [9, 8]]
    assert export.series().values.tolist() == [[5, 5]]  # the only one that is not a band


def test_moments_may_be_numbers(tmp_path: Path) -> None:
    results = [{"Id": "m", "Timestamps": [1_767_603_660.0, 1_767_603_600.0], "Values": [2, 1]}]
    assert read(file(tmp_path, {"MetricDataResults": results})).series().at.tolist() == [1_767_603_600, 1_767_603_660]


def test_columns_of_csv_are_named_above_the_first_moment(tmp_path: Path) -> None:
    text = "Full label,Invocations\nwhen,calls,lower,upper\n2026/01/05 09:00:00,5,1,9\n2026-01-05T09:05:00Z,,2,8\n"
    export = read(file(tmp_path, text))
    assert export.series("calls").values.tolist() == [[5]]
    assert export.band().values.tolist() == [[1, 2], [9, 8]]
    assert export.band().every == 300


@pytest.mark.parametrize(
    ("content", "key", "message"),
    [
        ({"MetricDataResults": [result("calls", [1])]}, "call", "holds no 'call'; did you mean 'calls'?"),
        ({"MetricDataResults": [result("a", [1]), result("b", [1])]}, None, "holds 2 series; say which"),
        ({"MetricDataResults": [result("ad", [1]), result("ad", [2])]}, "ad", "'ad' is not a series"),
        ({"MetricDataResults": []}, None, "holds no series"),
        ({"Datapoints": []}, None, "is not what `aws cloudwatch get-metric-data` prints"),
        ("[1", None, "is not what `aws cloudwatch get-metric-data` prints"),
        ("when,calls\n", None, "holds no line with a moment and a value"),
        ("2026-01-05,1\nlater,2\n", None, "line 2 does not begin with a moment"),
        ("2026-01-05,many\n", None, "line 1 has 'many' where a number belongs"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: object, key: str | None, message: str) -> None:
    with pytest.raises(InvalidExport) as refused:
        read(file(tmp_path, content)).series(key)
    assert message in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidExport, match="can't be read: No such file"):
        read(tmp_path / "gone.json")


def test_edges_at_other_moments_are_not_a_band(tmp_path: Path) -> None:
    text = "t,lower,upper\n2026-01-05T09:00,1,\n2026-01-05T09:05,,9\n"
    with pytest.raises(InvalidExport, match="not at the same moments"):
        read(file(tmp_path, text)).band()
