"""cdktf.out: written whole or not at all, the same bytes everywhere, and what is committed is what a synth gives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from constructs_lib import app as app_module
from constructs_lib import output
from constructs_lib.app import synthesise
from constructs_lib.bindings.base import BASES, chosen
from constructs_lib.cli import main
from constructs_lib.config.loader import load as load_file
from constructs_lib.stack import MonitoringStack
from tests.configs import anomaly, config, load

ROOT = Path(__file__).parents[1]
STACK = Path("stacks", "production", "cdk.tf.json")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_committed_is_what_a_synth_gives(tmp_path: Path) -> None:
    fresh = subprocess.run(
        [sys.executable, "main.py", "--output", str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (fresh.returncode, fresh.stderr) == (0, "")
    committed = subprocess.run(["git", "ls-files"], cwd=ROOT / "cdktf.out", capture_output=True, text=True, check=True)
    read = (lambda _, text: text) if chosen() is BASES["cdktf"] else as_data
    files = {path: read(path, (ROOT / "cdktf.out" / path).read_bytes()) for path in committed.stdout.split()}
    written = {path: read(path, text) for path, text in tree(tmp_path / "out").items()}
    stale = sorted(name for name in files | written if files.get(name) != written.get(name))
    assert stale == [], "run `make synth` and commit cdktf.out"


def as_data(name: str, text: bytes) -> object:
    """A file but for how the fork of CDKTF writes an empty list, its version, and the long name it has for AWS."""
    if not name.endswith((".tf.json", "manifest.json")):
        return text
    data = json.loads(text)
    for home in (data, data.get("//", {}).get("metadata", {})):
        home.pop("version", None)
    if "terraform" in data:
        aws = data["terraform"]["required_providers"]["aws"]
        aws["source"] = aws["source"].rpartition("/")[2]
    return data


def test_the_same_input_gives_the_same_bytes_whatever_the_environment(tmp_path: Path) -> None:
    data = config({"calls": anomaly(quiet_below=20), "b": anomaly(), "a": anomaly()}, tags={"b": "1", "a": "2"})
    (tmp_path / "m.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
    trees = []
    for seed, home in (("1", "one"), ("2", "two")):
        folder = tmp_path / home / "deep"
        folder.mkdir(parents=True)
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}", "LC_ALL": "C"}
        command = [sys.executable, "-m", "constructs_lib", "synth", str(tmp_path / "m.yaml"), "-o", str(folder)]
        subprocess.run(command, env=environment, cwd=folder.parent, capture_output=True, check=True)
        trees.append(tree(folder))
    assert trees[0] == trees[1]
    beside = [str(STACK.with_name(name)) for name in ("register.md", "register.json", "register.html")]
    assert trees[0].keys() == {"manifest.json", "register.html", str(STACK), *beside}
    assert str(tmp_path).encode() not in b"".join(trees[0].values()), "no path of this machine"


def test_the_order_of_monitors_in_the_file_changes_no_resource(tmp_path: Path) -> None:
    stacks = []
    for order in (("a", "b"), ("b", "a")):
        synthesise(load(config({name: anomaly() for name in order})), tmp_path / order[0])
        stacks.append(yaml.safe_load((tmp_path / order[0] / STACK).read_text())["resource"])
    assert stacks[0] == stacks[1]


def test_terraforms_own_files_stay(tmp_path: Path) -> None:
    synthesise(load(config()), tmp_path)
    lock = tmp_path / "stacks" / "production" / ".terraform.lock.hcl"
    lock.write_text("# pinned")
    synthesise(load(config({"other": anomaly()})), tmp_path)
    assert lock.read_text() == "# pinned"
    assert "other" in (tmp_path / STACK).read_text()


def test_a_stack_that_left_the_file_leaves_the_folder(tmp_path: Path) -> None:
    data = config()
    data["stacks"]["staging"] = data["stacks"]["production"]
    synthesise(load(data), tmp_path)
    assert (tmp_path / "stacks" / "staging").is_dir()
    synthesise(load(config()), tmp_path)
    assert sorted(path.name for path in (tmp_path / "stacks").iterdir()) == ["production"]


def test_a_synth_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synthesise(load(config()), tmp_path / "out")
    before = tree(tmp_path)
    data = config()
    data["stacks"]["staging"] = data["stacks"]["production"]

    def fail_at_the_second(scope: object, name: str, *args: object, **options: object) -> object:
        if name == "staging":
            raise RuntimeError("half way")
        return MonitoringStack(scope, name, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(app_module, "MonitoringStack", fail_at_the_second)
    with pytest.raises(RuntimeError, match="half way"):
        synthesise(load(data), tmp_path / "out")
    assert tree(tmp_path) == before, "and nothing beside it either"


def test_bad_input_leaves_what_was_there_and_exits_with_2(tmp_path: Path) -> None:
    synthesise(load(config()), tmp_path / "cdktf.out")
    before = tree(tmp_path / "cdktf.out")
    (tmp_path / "monitoring.yaml").write_text("project: x\nstaks: {}\n")
    failed = subprocess.run(
        [sys.executable, str(ROOT / "main.py")], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert failed.returncode == 2
    assert failed.stderr.splitlines() == [
        "monitoring.yaml:1: stacks: is missing; add it",
        "monitoring.yaml:2: staks: 'staks' is not a key here; did you mean 'stacks'?",
        "2 problems; nothing was written",
    ]
    assert tree(tmp_path / "cdktf.out") == before


KILLED = """
import os, signal, sys
from pathlib import Path
from constructs_lib import app, cli, output

def kill(*_args, **_options):
    os.kill(os.getpid(), signal.SIGKILL)  # no time to tidy up

def killed_after(calls, function):
    def counted(*args):
        counted.calls += 1
        return kill() if counted.calls > calls else function(*args)
    counted.calls = 0
    return counted

match sys.argv.pop(1):
    case "when it has read the file":
        app.build = kill
    case "when CDKTF has written":
        app.report = kill
    case "before all is complete":
        Path.rename = kill
    case moves:
        Path.replace = killed_after(int(moves.split()[1]), Path.replace)
cli.main()
"""


@pytest.mark.parametrize(
    ("moment", "is_new"),
    [
        ("when it has read the file", False),
        ("when CDKTF has written", False),
        ("before all is complete", False),
        *((f"after {moves} of 6 files", True) for moves in range(6)),
    ],
)
def test_after_a_synth_that_is_killed_all_is_old_or_all_is_new(tmp_path: Path, moment: str, is_new: bool) -> None:
    target = tmp_path / "out"
    data = config()
    data["stacks"]["staging"] = data["stacks"]["production"]
    synthesise(load(data), target)
    before = tree(target)
    data = config({f"m{i}": anomaly() for i in range(3)}, owner="ml", account="210987654321")
    (tmp_path / "m.yaml").write_text(yaml.safe_dump(data))
    synthesise(load_file(tmp_path / "m.yaml"), tmp_path / "reference")
    command = [sys.executable, "-c", KILLED, moment, "synth", str(tmp_path / "m.yaml"), "-o", str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    (tmp_path / "m.yaml").write_text("project: x\n")  # the next one need not even succeed
    assert CliRunner().invoke(main, ["synth", str(tmp_path / "m.yaml"), "-o", str(target)]).exit_code == 2
    assert tree(target) == (tree(tmp_path / "reference") if is_new else before)
    assert not [*tmp_path.glob("*.next")]


def test_somebody_elses_folder_below_the_output_survives(tmp_path: Path) -> None:
    data = config()
    data["stacks"]["staging"] = data["stacks"]["production"]
    synthesise(load(data), tmp_path)
    (tmp_path / "stacks" / "theirs").mkdir()
    (tmp_path / "stacks" / "theirs" / "main.tf").write_text("# by hand")
    synthesise(load(config()), tmp_path)
    assert sorted(path.name for path in (tmp_path / "stacks").iterdir()) == ["production", "theirs"]
    assert (tmp_path / "stacks" / "theirs" / "main.tf").read_text() == "# by hand"


def test_a_manifest_that_can_not_be_read_takes_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "stacks" / "theirs").mkdir(parents=True)
    (tmp_path / "manifest.json").write_text("[]")
    synthesise(load(config()), tmp_path)
    assert (tmp_path / "stacks" / "theirs").is_dir()


def test_the_output_may_be_a_link_to_a_folder(tmp_path: Path) -> None:
    (tmp_path / "far" / "real").mkdir(parents=True)
    (tmp_path / "out").symlink_to(tmp_path / "far" / "real")
    synthesise(load(config()), tmp_path / "out")
    assert (tmp_path / "far" / "real" / STACK).is_file()
    assert [path.name for path in (tmp_path / "far").iterdir()] == ["real"], "and nothing is left beside it"


def test_where_nothing_can_be_written_beside_the_output_it_is_written_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a folder that is mounted: files can't be moved into it from another disk."""
    target = tmp_path / "mounted"
    target.mkdir()
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path)  # root may write anywhere
    assert output._home_of_scratch(target) == target
    synthesise(load(config()), target)
    assert sorted(path.name for path in target.iterdir()) == ["manifest.json", "register.html", "stacks"]


def test_an_empty_cdktf_outdir_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", "")
    monkeypatch.chdir(tmp_path)
    assert synthesise(load(config())) == Path("cdktf.out")
    assert (tmp_path / "cdktf.out" / STACK).is_file()


def test_the_cdktf_command_chooses_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "elsewhere"))
    assert synthesise(load(config())) == tmp_path / "elsewhere"
    assert (tmp_path / "elsewhere" / STACK).is_file()
