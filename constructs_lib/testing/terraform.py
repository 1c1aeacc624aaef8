"""Real Terraform over a stack: validate, plan and apply in a temporary copy, with no AWS account in reach.

    terraform = Terraform.find(tmp_path)
    workspace = terraform.workspace(stack, tmp_path / "stack", variables={"pagerduty_url": "https://example.com"})
    assert workspace.validate() == ()
    assert workspace.plan().actions["aws_sns_topic.critical"] == "create"

Without an `endpoint` nothing is asked of AWS: a stack that needs a live look-up fails its plan. With the URL of a
`MotoServer` as `endpoint`, `apply` and `destroy` work too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from constructs_lib.testing import overrides, plugins
from constructs_lib.testing.plan import (
    Applied,
    Diagnostic,
    Plan,
    TerraformError,
    diagnostics,
    planned_actions,
    read_stream,
)
from constructs_lib.testing.provider import ProviderProcess, ProviderUnattachable, executable_in, may_share
from constructs_lib.testing.synth import STACK_FILE, StackJson, synth

if TYPE_CHECKING:
    from constructs_lib.cdk import TerraformStack

_TIMEOUT_SECONDS = 900
_STATE_FILE = "terraform.tfstate"


class TerraformUnavailable(Exception):
    """Terraform is not installed, or cannot get the providers the stack needs."""


class Terraform:
    """The terraform executable, and providers that are initialised once for every workspace of a test run."""

    def __init__(
        self,
        executable: str,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        *,
        keep_provider: bool = False,
    ) -> None:
        """`directory` (of this test run) takes the CLI configuration and the initialised providers.

        With `keep_provider` the AWS provider is started once for each endpoint, until `close`, instead of once for each
        run: two seconds less a run. Terraform then leaves the provider's version and lock file unchecked.
        """
        self.executable = executable
        self._keep_provider = keep_provider
        self._providers: dict[tuple[Path, str | None], ProviderProcess] = {}
        self._directory = directory
        self._inherited = dict(os.environ if environment is None else environment)
        self._cli_config = self._write_cli_config()
        self._plugin_cache = None if self._cli_config else plugins.cache_directory(self._inherited)

    @classmethod
    def find(cls, directory: Path, *, keep_provider: bool = False) -> Terraform:
        """The terraform on PATH; TerraformUnavailable without one."""
        executable = shutil.which("terraform")
        if executable is None:
            raise TerraformUnavailable(
                "terraform is not on PATH: install it (https://developer.hashicorp.com/terraform)"
            )
        return cls(executable, directory, keep_provider=keep_provider)

    def close(self) -> None:
        """End the providers that were kept."""
        while self._providers:
            self._providers.popitem()[1].stop()

    def workspace(
        self,
        stack: TerraformStack | StackJson | Path,
        directory: Path,
        *,
        variables: Mapping[str, Any] | None = None,
        endpoint: str | None = None,
    ) -> Workspace:
        """A copy of `stack` (a construct, its JSON, or its folder in cdktf.out) in `directory`, initialised.

        `variables` gives the stack's input variables their values. `endpoint` is where every AWS call goes; None
        is for validate and plan without AWS.
        """
        workspace = Workspace(self, directory, endpoint)
        workspace.write(stack, variables)
        return workspace

    def initialise(self, directory: Path, stack: StackJson) -> None:
        """What ``terraform init`` does for this folder, done once for all stacks with the same providers.

        A stack that calls modules is initialised by itself, as modules are installed per folder.
        """
        if "module" in stack:
            self.run(directory, "init", "-no-color")
            return
        prepared = self._prepared(stack.get("terraform", {}).get("required_providers", {}))
        data = directory / ".terraform"
        data.mkdir(exist_ok=True)
        for made in (prepared / ".terraform").iterdir():
            target = data / made.name
            if made.is_dir() and not target.exists():
                target.symlink_to(made)  # the providers: hundreds of megabytes, never written to again
            elif made.is_file():
                shutil.copy2(made, target)
        if (prepared / ".terraform.lock.hcl").exists():
            shutil.copy2(prepared / ".terraform.lock.hcl", directory)

    def run(
        self,
        directory: Path,
        *arguments: str,
        endpoint: str | None = None,
        ok: tuple[int, ...] = (0,),
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run terraform in `directory`; an exit code outside `ok` raises TerraformError with terraform's message.

        `variables` are environment variables besides those of `environment`.
        """
        done = subprocess.run(
            [self.executable, *arguments],
            cwd=directory,
            env={**self.environment(endpoint), **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        if done.returncode not in ok:
            raise TerraformError(arguments[0], diagnostics(read_stream(done.stdout)), done.stderr or done.stdout)
        return done

    def kept_provider(self, initialised: Path, stack: StackJson, endpoint: str | None) -> Mapping[str, str]:
        """The environment variable by which a run attaches to the kept provider; empty for a provider of its own."""
        executable = executable_in(initialised) if self._keep_provider and may_share(stack) else None
        if executable is None:
            return {}
        key = executable.resolve(), endpoint
        if key not in self._providers:
            try:
                self._providers[key] = ProviderProcess(executable, self.environment(endpoint))
            except ProviderUnattachable:
                self._keep_provider = False
                return {}
        return self._providers[key].attach

    def _prepared(self, required_providers: Mapping[str, Any]) -> Path:
        """A folder where ``terraform init`` ran for these providers."""
        providers = {"aws": {"source": "hashicorp/aws"}, **required_providers}
        configuration = {"terraform": {"required_providers": providers, **overrides.backend_override()["terraform"]}}
        content = json.dumps(configuration, sort_keys=True)
        prepared = self._directory / f"init-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        if not (prepared / ".terraform").is_dir():
            prepared.mkdir(parents=True, exist_ok=True)
            (prepared / "main.tf.json").write_text(content, encoding="utf-8")
            try:
                with plugins.locked(self._plugin_cache) if self._plugin_cache else nullcontext():
                    self.run(prepared, "init", "-no-color")
            except TerraformError as error:
                shutil.rmtree(prepared)
                raise TerraformUnavailable(f"terraform cannot get the providers it needs: {error}") from error
        return prepared

    def _write_cli_config(self) -> Path | None:
        if config := plugins.configured_by_user(self._inherited):
            return config
        mirror = plugins.find_mirror(self._inherited)
        if mirror is None:
            return None
        self._directory.mkdir(parents=True, exist_ok=True)
        config = self._directory / "terraform.rc"
        config.write_text(plugins.cli_config(mirror), encoding="utf-8")
        return config

    def environment(self, endpoint: str | None) -> dict[str, str]:
        """Environment variables for a program that runs terraform: fake keys, and no way to a real account."""
        environment = overrides.environment(self._inherited, endpoint)
        if self._cli_config is not None:
            environment["TF_CLI_CONFIG_FILE"] = str(self._cli_config)
        if self._plugin_cache is not None:
            environment["TF_PLUGIN_CACHE_DIR"] = str(self._plugin_cache)
            # The lock file is this test run's own and is never kept, so the cache may fill it.
            environment["TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"] = "true"
        return environment


class Workspace:
    """A stack's copy in a folder of its own, with its own state. Made by `Terraform.workspace`."""

    def __init__(self, terraform: Terraform, directory: Path, endpoint: str | None) -> None:
        self.directory = directory
        self._terraform = terraform
        self._endpoint = endpoint
        self._plan_numbers = count(1)
        self._provider: Mapping[str, str] = {}
        self._content: StackJson = {}

    def write(self, stack: TerraformStack | StackJson | Path, variables: Mapping[str, Any] | None = None) -> None:
        """Put `stack` in place of what is there and initialise; the state stays, so a changed stack plans as a change.

        `variables` replaces the values given before; None keeps them.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        if isinstance(stack, Path):
            shutil.copytree(
                stack, self.directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.tfstate*", ".terraform*")
            )
            content: StackJson = json.loads((stack / STACK_FILE).read_text(encoding="utf-8"))
        else:
            content = stack if isinstance(stack, Mapping) else synth(stack)
        self._content = content
        plain = overrides.without_credentials(content)
        if plain is not content or not isinstance(stack, Path):
            self._write_json(STACK_FILE, plain)
        self._write_json("backend_override.tf.json", overrides.backend_override())
        has_provider = "aws" in content.get("provider", {})
        # An override needs something to override; a stack without a provider block gets a plain one.
        self._write_json(
            "provider_override.tf.json" if has_provider else "provider.tf.json",
            overrides.provider_override(content, self._endpoint),
        )
        if variables is not None:
            self._write_json("test.auto.tfvars.json", variables)
        self._terraform.initialise(self.directory, content)
        self._provider = self._terraform.kept_provider(self.directory, content, self._endpoint)

    def validate(self) -> tuple[Diagnostic, ...]:
        """Everything ``terraform validate`` has to say, errors and warnings; empty for a clean stack."""
        done = self._run("validate", "-json", ok=(0, 1))
        return tuple(Diagnostic.from_json(data) for data in json.loads(done.stdout)["diagnostics"])

    def plan(self, *options: str) -> Plan:
        """What an apply would do. Raises TerraformError when terraform cannot plan it."""
        # A file of its own, so that an earlier Plan still shows what it planned.
        plan_file = f"{next(self._plan_numbers)}.tfplan"
        done = self._run("plan", "-json", "-detailed-exitcode", f"-out={plan_file}", *options, ok=(0, 2))
        messages = list(read_stream(done.stdout))
        return Plan(
            is_empty=done.returncode == 0,
            actions=planned_actions(messages),
            warnings=diagnostics(messages),
            file=plan_file,
            _show_json=lambda: dict(json.loads(self._run("show", "-json", plan_file).stdout)),
            _show_text=lambda: self._run("show", "-no-color", plan_file).stdout,
        )

    def apply(self, plan: Plan | None = None) -> Applied:
        """Make it so, on the endpoint: what `plan` says, or a fresh plan."""
        done = self._run("apply", "-json", "-auto-approve", *([plan.file] if plan else []))
        messages = list(read_stream(done.stdout))
        return Applied(plan.actions if plan else planned_actions(messages), diagnostics(messages))

    def destroy(self) -> Applied:
        """Remove everything in the state, `prevent_destroy` or not; with `skip_destroy` it stays on the endpoint."""
        self._write_json("destroy_override.tf.json", overrides.destroy_override(self._content))
        try:
            messages = list(read_stream(self._run("destroy", "-json", "-auto-approve").stdout))
        finally:
            (self.directory / "destroy_override.tf.json").unlink()
        return Applied(planned_actions(messages), diagnostics(messages))

    def outputs(self) -> dict[str, Any]:
        """Each output's value after an apply, sensitive ones included."""
        values = json.loads(self._run("output", "-json").stdout)
        return {name: output["value"] for name, output in values.items()}

    def state(self) -> dict[str, dict[str, Any]]:
        """The attributes of every resource in the state, by address; empty before an apply and after a destroy.

        Read from the state file itself: ``terraform show -json`` starts the provider, which takes seconds.
        """
        state_file = self.directory / _STATE_FILE
        if not state_file.exists():
            return {}
        found: dict[str, dict[str, Any]] = {}
        for resource in json.loads(state_file.read_text(encoding="utf-8"))["resources"]:
            if resource["mode"] != "managed":
                continue
            prefix = f"{resource['module']}." if "module" in resource else ""
            for instance in resource["instances"]:
                index = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
                found[f"{prefix}{resource['type']}.{resource['name']}{index}"] = instance["attributes"]
        return found

    def _run(self, *arguments: str, ok: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        return self._terraform.run(self.directory, *arguments, endpoint=self._endpoint, ok=ok, variables=self._provider)

    def _write_json(self, name: str, content: Mapping[str, Any]) -> None:
        (self.directory / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
