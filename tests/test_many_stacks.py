"""Many stacks: in several processes, some of them only, and none written again that has not changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from constructs_lib import parallel
from constructs_lib.app import synthesise
from constructs_lib.cli import main
from constructs_lib.config.loader import read
from constructs_lib.errors import ConfigError
from tests.configs import anomaly, config, load, threshold


def several(*names: str) -> dict[str, Any]:
    """A file with several stacks, of more and more monitors."""
    data = config()
    template = data["stacks"].pop("production")
    for number, name in enumerate(names, start=1):
        monitors = {f"m{index}": anomaly(quiet_below=index + 1) for index in range(number)}
        data["stacks"][name] = template | {"monitors": monitors}
    return data


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def times(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def in_processes(file: Path, out: Path, count: int, also: str = "") -> tuple[int, str]:
    """A synth in a process of its own, which has not loaded CDKTF, and in as many more as are asked for."""
    code = (
        f"import sys; sys.argv = ['x', 'synth', {str(file)!r}, '-o', {str(out)!r}]\n"
        "from constructs_lib import cli, parallel\n"
        f"parallel._that_pay = lambda _: {count}\n{also}\n"
        "cli.run()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_several_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(yaml.safe_dump(several("b", "a", "c-1", "c", "B2"), sort_keys=False))
    for count in (1, 3):
        assert in_processes(file, tmp_path / str(count), count)[0] == 0
    assert tree(tmp_path / "3") == tree(tmp_path / "1")
    assert [*json.loads((tmp_path / "3" / "manifest.json").read_text())["stacks"]] == ["B2", "a", "b", "c", "c-1"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("raise RuntimeError('half way')", "half way"),
        ("raise OSError(28, 'No space left on device')", "No space left on device; nothing was written"),
        ("os.kill(os.getpid(), 9)", "EIO; nothing was written"),
    ],
    ids=["error", "full disk", "killed"],
)
def test_what_ends_one_process_ends_the_synth_and_changes_nothing(tmp_path: Path, broken: str, said: str) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(yaml.safe_dump(several("a", "b"), sort_keys=False))
    code, _ = in_processes(file, tmp_path / "out", 2)
    before = tree(tmp_path)
    file.write_text(yaml.safe_dump(several("b", "a", "c"), sort_keys=False))
    before["m.yaml"] = file.read_bytes()
    in_a_child = (
        "import os\nparent = os.getpid()\nwrite = parallel._write\n"
        f"def _write(config, folder):\n    if os.getpid() != parent: {broken}\n    return write(config, folder)\n"
        "parallel._write = _write"
    )
    code, output = in_processes(file, tmp_path / "out", 2, in_a_child)
    assert code != 0
    assert said in output
    assert tree(tmp_path) == before, "and nothing beside it either"


def test_so_few_stacks_are_written_by_one_process() -> None:
    assert parallel._that_pay(load(several("a", "b"))) == 1


def test_the_shares_are_about_equal_and_hold_every_stack() -> None:
    shares = parallel._shares(load(several("a", "b", "c", "d")), 2)
    assert sorted(map(sorted, shares)) == [["a", "d"], ["b", "c"]]


def test_only_what_changed_is_written_again(tmp_path: Path) -> None:
    data = several("a", "b")
    synthesise(load(data), tmp_path)
    for path in tmp_path.rglob("*"):
        os.utime(path, ns=(1, 1))
    data["stacks"]["b"]["monitors"]["m0"] = threshold()
    synthesise(load(data), tmp_path)
    changed = {name for name, when in times(tmp_path).items() if when != 1}
    assert {name.split("/")[1] for name in changed if name.startswith("stacks/")} == {"b"}
    assert "manifest.json" not in changed
    assert "register.html" in changed, "the index lists b too"


def test_one_stack_of_many_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    file, out = tmp_path / "m.yaml", tmp_path / "out"
    data = several("a", "b", "c")
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    synthesise(read(file).config, out)
    whole = tree(out)
    for name in ("a", "b"):
        data["stacks"][name]["monitors"]["m0"] = threshold()
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    result = CliRunner().invoke(main, ["synth", str(file), "-o", str(out), "--stack", "b"])
    assert result.exit_code == 0
    assert "has left the file" not in result.output, "a and c are in it"
    changed = {name for name, text in tree(out).items() if whole.get(name) != text}
    assert {name.split("/")[1] for name in changed if name.startswith("stacks/")} == {"b"}
    assert (out / "manifest.json").read_bytes() == whole["manifest.json"]
    synthesise(read(file).config, out)
    synthesise(read(file).config, tmp_path / "anew")
    assert tree(out) == tree(tmp_path / "anew")


def test_one_stack_into_a_new_folder_is_there_alone(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(yaml.safe_dump(several("a", "b"), sort_keys=False))
    synthesise(read(file, ["b"]).config, tmp_path / "out")
    assert [*json.loads((tmp_path / "out" / "manifest.json").read_text())["stacks"]] == ["b"]


def test_a_check_of_one_stack_passes_over_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where no cdktf.out says what is deployed
    file = tmp_path / "m.yaml"
    data = several("a", "b")
    data["stacks"]["a"]["account"] = "12"
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    assert CliRunner().invoke(main, ["check", str(file)]).exit_code == 2
    one = CliRunner().invoke(main, ["check", str(file), "--stack", "b"])
    assert (one.exit_code, one.output) == (0, f"{file}: no problem; 6 alarms in 1 stack\n")
    none = CliRunner().invoke(main, ["check", str(file), "--stack", "bb"])
    assert (none.exit_code, none.output.splitlines()[0]) == (2, f"{file}: 'bb' is not a stack; did you mean 'b'?")
    with pytest.raises(ConfigError, match="is not 12|account"):
        read(file, ["a"])
