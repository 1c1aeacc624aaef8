"""One provider process for many runs of Terraform.

Each run of terraform starts the AWS provider, 700 MB of it, and asks it for a schema of 13 MB: two seconds before
anything happens. A provider that was started with ``-debug`` stays, and terraform attaches to it where
``TF_REATTACH_PROVIDERS`` says so. Source: "Debugging providers", section Debugger-Based Debugging,
developer.hashicorp.com/terraform/plugin/debugging.

Terraform then checks neither the version nor the lock file of that provider, and what is configured last counts for the
whole process: a stack with several provider blocks gets providers of its own.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, cast

from constructs_lib.testing.plugins import AWS_PROVIDER
from constructs_lib.testing.process import end
from constructs_lib.testing.synth import StackJson

# The shell ends the provider when its standard input does: also when whoever started it was killed. It closes its own
# end of the output, which is then over when the provider is.
_RUN_UNTIL_INPUT_ENDS = '"$0" -debug & exec >&-; read -r _; kill $! 2>/dev/null; wait'
_ATTACH = re.compile(r"TF_REATTACH_PROVIDERS='(?P<json>.*)'")


class ProviderUnattachable(Exception):
    """The provider does not offer to be attached to."""


class ProviderProcess:
    """A provider that runs until `stop`."""

    def __init__(self, executable: Path, environment: Mapping[str, str]) -> None:
        """`environment` is what the provider sees, its endpoint and keys; that of a terraform run does not reach it."""
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _RUN_UNTIL_INPUT_ENDS, str(executable)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        output = cast("IO[str]", self._process.stdout)
        offer = next((found for line in output if (found := _ATTACH.search(line))), None)
        if offer is None:
            self.stop()
            raise ProviderUnattachable(f"{executable.name} -debug printed no TF_REATTACH_PROVIDERS")
        self.attach = {"TF_REATTACH_PROVIDERS": offer["json"]}
        """The environment variable that makes a terraform run use this process."""

    def stop(self) -> None:
        """End the process and wait for it."""
        end(self._process)


def executable_in(initialised: Path) -> Path | None:
    """The AWS provider that ``terraform init`` put into a folder; None where there is none, or more than one."""
    found = [*(initialised / ".terraform/providers" / AWS_PROVIDER).glob("*/*/terraform-provider-aws*")]
    return found[0] if len(found) == 1 else None


def may_share(stack: StackJson) -> bool:
    """Whether the runs of this stack may use a provider process together: not with several provider configurations."""
    blocks = stack.get("provider", {}).get("aws", {})
    return "module" not in stack and (not isinstance(blocks, list) or len(blocks) == 1)
