"""`try-filter`, as a user runs it."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from constructs_lib.cli import main

LINES = (
    b'{"level": "ERROR", "latency_ms": 700}\n'
    b'{"level": "INFO", "latency_ms": 3}\n'
    b"\xff\xfe not a log\n"
    b'{"level": "ERROR", "latency_ms": "slow"}\n'
)
ERRORS = '{ $.level = "ERROR" }'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "app.log"
    file.write_bytes(LINES)
    return file


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["try-filter", *map(str, arguments)], input=stdin)


def test_it_prints_the_matching_lines_how_many_and_the_metric(log: Path) -> None:
    done = run(ERRORS, log)
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        '1: {"level": "ERROR", "latency_ms": 700}',
        '4: {"level": "ERROR", "latency_ms": "slow"}',
        "2 of 4 events match.",
        "The metric would have been 2: 1 for each match, 0 in minutes without any.",
        "1 event with bytes that are not UTF-8, which were read as \ufffd.",
    ]


def test_a_value_is_read_from_each_line(log: Path) -> None:
    assert run(ERRORS, log, "--value", "$.latency_ms").output.splitlines()[:5] == [
        '1 (700): {"level": "ERROR", "latency_ms": 700}',
        '4 (no number): {"level": "ERROR", "latency_ms": "slow"}',
        "2 of 4 events match.",
        "The metric would have got 1 value of $.latency_ms: lowest 700, average 700, highest 700, sum 700.",
        "1 of the matching events would publish nothing: $.latency_ms is not a number CloudWatch takes.",
    ]


def test_values_are_summed_up(log: Path) -> None:
    done = run("{ $.latency_ms = * }", log, "--value", "$.latency_ms", "--count")
    assert "2 values of $.latency_ms: lowest 3, average 351.5, highest 700, sum 703." in done.output


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_an_event_is_a_line_without_its_end_and_nothing_else(tmp_path: Path, end: str) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(f"\n\r\n  x {end}".encode())
    assert run("%^ +x $%", log, "--explain").output == '3: matches: `%^ +x $%` is true: the line has "  x "\n'
    assert run("%^ +x $%", log).output.startswith("3:   x \n1 of 1 event matches.\n")


def test_no_value_at_all(log: Path) -> None:
    done = run(ERRORS, log, "--value", "$.nothing", "--count")
    assert "The metric would have got no value of $.nothing, only the 0 of minutes without a match." in done.output


def test_count_leaves_the_lines_out(log: Path) -> None:
    assert run(ERRORS, log, "--count").output.startswith("2 of 4 events match.\n")


def test_when_nothing_matches_it_says_why(log: Path) -> None:
    done = run('{ $.level = "error" }', log)
    assert "0 of 4 events match." in done.output
    assert '1: does not match: `$.level = "error"` is false: $.level is "ERROR", and case counts' in done.output
    assert "3: does not match: " in done.output and "the line is not JSON" in done.output
    assert "4: does not match" not in done.output, "three are enough to see it"


def test_explain_says_it_of_each_line(log: Path) -> None:
    done = run(ERRORS, log, "--explain")
    assert [line.split(":")[:2] for line in done.output.splitlines()] == [
        ["1", " matches"],
        ["2", " does not match"],
        ["3", " does not match"],
        ["4", " matches"],
    ]


def test_standard_input_is_read_too() -> None:
    assert run("ERROR", stdin=LINES).output.splitlines()[2] == "2 of 4 events match."


@pytest.mark.parametrize("before", [[], ["--count"], ["--"]])
def test_a_pattern_that_begins_with_a_hyphen(log: Path, before: list[str]) -> None:
    done = run(*before, "-ERROR", log)
    assert done.exit_code == 0
    assert "2 of 4 events match." in done.output
    assert run("-ERROR", log, "--count").output.startswith("2 of 4 events match.\n")


def test_a_misspelt_option_is_not_a_pattern(log: Path) -> None:
    done = run("ERROR", log, "--cuont")
    assert done.exit_code == 2
    assert "No such option '--cuont'. Did you mean '--count'?" in done.output


@pytest.mark.parametrize("option", [[], ["--explain"], ["--count"]])
@pytest.mark.parametrize(("pattern", "code"), [("INFO", 0), ("NOPE", 1), ("NO-PE", 2)])
def test_the_exit_code_is_that_of_grep(log: Path, option: list[str], pattern: str, code: int) -> None:
    assert run(pattern, log, *option).exit_code == code


def test_what_a_deployed_filter_matches_is_answered_and_the_rest_is_advice(tmp_path: Path) -> None:
    log = tmp_path / "sessions.log"
    log.write_text("Too many open sessions\nopen Too many sessions\nToo many sessions\n")
    done = CliRunner().invoke(main, ["try-filter", "Too many open sessions", str(log)])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[:3] == [
        "1: Too many open sessions",
        "2: open Too many sessions",
        "2 of 3 events match.",
    ]
    assert done.stderr.splitlines()[:2] == [
        "Advice: CloudWatch accepts this, and monitoring.yaml does not.",
        "Too many open sessions",
    ]
    assert done.stderr.splitlines()[2].startswith("    ^ words in a row match only events that hold every one of them")


def test_parentheses_in_the_condition_of_a_field(tmp_path: Path) -> None:
    log = tmp_path / "tasks.log"
    log.write_text("ERROR boom\nERROR UNAUTHORIZED\nTask timed out after 3.00 seconds\nfine\n")
    done = CliRunner().invoke(
        main, ["try-filter", '[(w1="*ERROR*" && w1!="*UNAUTHORIZED*") || w1="*Task timed out*"]', str(log)]
    )
    assert [line[0] for line in done.stdout.splitlines()[:2]] == ["1", "3"]
    assert done.stderr == ""


def test_a_line_too_long_for_an_event_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "long.log"
    file.write_bytes(b"Error " + b"x" * 300_000 + b"\n" + b"Error " + b"x" * 2_000_000 + b"\nError\n")
    done = run("Error", file, "--count")
    assert done.output.splitlines()[0] == "2 of 3 events match."
    assert "2 events longer than 256 KB: agents may cut them in pieces." in done.output
    assert "1 event longer than 1 MB: CloudWatch refuses them; they were not tried." in done.output
    explained = run("Exception", file, "--explain").output.splitlines()
    assert [line.split(":")[0] for line in explained] == ["1", "2", "3"]


def test_a_wrong_pattern_is_pointed_at(log: Path) -> None:
    done = run("{ $.level IS NOT NULL }", log)
    assert done.exit_code == 2
    pattern, pointer = done.output.splitlines()
    assert pattern == "{ $.level IS NOT NULL }"
    assert pointer.index("^") == pattern.index("NOT")


def test_a_field_the_pattern_can_not_have(log: Path) -> None:
    done = run("ERROR", log, "--value", "$.latency_ms")
    assert done.exit_code == 2
    assert "is not a field of a text pattern" in done.output


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("ERROR", tmp_path / "missing.log")
    assert done.exit_code == 2
    assert "No such file or directory" in done.output
    assert "Traceback" not in done.output


def test_a_terminal_shows_the_progress(log: Path) -> None:
    terminal, theirs = os.openpty()
    command = [sys.executable, "-m", "constructs_lib", "try-filter", ERRORS, str(log)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(terminal, 65_536).decode()
    os.close(terminal)
    assert "Reading" in shown and "100%" in shown
    assert b"Reading" not in done.stdout, "the lines can be piped on"


def test_a_terminal_is_not_at_the_mercy_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(b"ERROR \x1b]0;owned\x07\tx\n")
    terminal, theirs = os.openpty()
    command = [sys.executable, "-m", "constructs_lib", "try-filter", "ERROR", str(log)]
    subprocess.run(command, stdout=theirs, stderr=subprocess.DEVNULL, check=True)
    os.close(theirs)
    shown = os.read(terminal, 65_536)
    os.close(terminal)
    assert shown.startswith(rb"1: ERROR \x1b]0;owned\x07")
    assert run("ERROR", log).stdout_bytes.startswith(b"1: ERROR \x1b]0;owned\x07\tx\n"), "a pipe gets what is there"


def test_a_gzip_file_is_read_as_what_it_holds(tmp_path: Path, log: Path) -> None:
    packed = tmp_path / "app.log.gz"
    packed.write_bytes(gzip.compress(LINES))
    assert run(ERRORS, packed).output == run(ERRORS, log).output
    assert run(ERRORS, stdin=packed.read_bytes()).output == run(ERRORS, log).output
    assert "1: does not match" in run("NOPE", packed).output


def test_a_gzip_file_that_is_cut_off_is_an_error(tmp_path: Path) -> None:
    packed = tmp_path / "app.log.gz"
    packed.write_bytes(gzip.compress(LINES)[:-12])
    done = run(ERRORS, packed)
    assert done.exit_code == 2
    assert "app.log.gz is not a whole gzip file" in done.output


def piped(command: str) -> subprocess.CompletedProcess[str]:
    tried = f"{sys.executable} -m constructs_lib try-filter"
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command.format(tried=tried)}"],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("option", ["", "--explain"])
def test_a_reader_that_has_enough_is_no_error(tmp_path: Path, option: str) -> None:
    log = tmp_path / "app.log"
    log.write_text("ERROR\n" * 50_000)
    done = piped(f"{{tried}} {option} ERROR {log} | head -1")
    assert done.returncode == 0
    assert done.stdout.startswith("1: ")
    assert not done.stderr


def test_of_what_can_be_read_once_only_it_says_how_to_see_why(log: Path) -> None:
    done = piped(f"cat {log} | {{tried}} NOPE")
    assert done.stdout.splitlines()[0] == "0 of 4 events match."
    assert done.stdout.splitlines()[-1] == "Use --explain to see why each line does not match."
