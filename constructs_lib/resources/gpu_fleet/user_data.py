"""What an instance runs at its first boot: the start of the agent, then the user's own script."""

from __future__ import annotations

import hashlib
from typing import Any

from constructs_lib.cdk import Construct, Fn, TerraformLocal
from constructs_lib.resources.values import as_literal, as_text
from constructs_lib.signals import cloudwatch_agent
from constructs_lib.signals.environment import Environment

_BOUNDARY = "==part=="

# Amazon Linux has the agent in its own repository; Ubuntu gets it from AWS's bucket in the Region.
_START_AGENT = """\
#!/bin/bash
# Installs the CloudWatch agent where the image lacks it, and starts it: the fleet's GPU metrics come from there.
control=/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl

install_agent() {
  if command -v yum >/dev/null; then
    yum install --assumeyes amazon-cloudwatch-agent
  else
    curl --fail --silent --show-error --output /tmp/amazon-cloudwatch-agent.deb \\
      "@BUCKET@/ubuntu/$(dpkg --print-architecture)/latest/amazon-cloudwatch-agent.deb" &&
      dpkg --install /tmp/amazon-cloudwatch-agent.deb
  fi
}

start_agent() {  # configuration @HASH@
  { [ -x "$control" ] || install_agent; } && "$control" -a fetch-config -m ec2 -s -c "ssm:@PARAMETER@"
}

# The network, the package manager or the instance's role may not be ready at once.
for attempt in 1 2 3 4 5 6 7 8; do
  start_agent && exit 0
  sleep 15
done
echo "The CloudWatch agent did not start: this instance publishes no GPU metrics" >&2
exit 1
"""


def user_data(
    scope: Construct, construct_id: str, *, environment: Environment, agent: Any | None, bootstrap: str | None
) -> str | None:
    """The base64 that a launch template takes; the text itself stays readable, as a local value of the stack.

    Args:
        scope: Parent construct.
        construct_id: Construct id of the local value.
        environment: Where AWS's own bucket is read from.
        agent: The aws_ssm_parameter with the agent's configuration; None starts no agent.
        bootstrap: The user's script, with Terraform references in it if need be.
    """
    parts = [_start_agent(environment, agent)] if agent is not None else []
    if bootstrap is not None:
        parts.append(as_literal(bootstrap))
    if not parts:
        return None
    encoded: str = Fn.base64encode(TerraformLocal(scope, construct_id, _multipart(parts)).as_string)
    return encoded


def _start_agent(environment: Environment, agent: Any) -> str:
    suffix = "amazonaws.com.cn" if environment.partition == "aws-cn" else "amazonaws.com"
    region = environment.region
    configuration = cloudwatch_agent.configuration_text()
    return (
        as_text(_START_AGENT)
        .replace("@BUCKET@", f"https://amazoncloudwatch-agent-{region}.s3.{region}.{suffix}")
        .replace("@PARAMETER@", agent.name)
        # A running agent does not read again: a new configuration has to be a new template, which replaces instances.
        .replace("@HASH@", hashlib.sha256(configuration.encode()).hexdigest()[:8])
    )


def _multipart(scripts: list[str]) -> str:
    """cloud-init runs the parts in their order, and each one whatever became of the one before."""
    parts = [
        f'--{_BOUNDARY}\nContent-Type: text/x-shellscript; charset="utf-8"\n\n{script.rstrip()}\n' for script in scripts
    ]
    head = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{_BOUNDARY}"\n\n'
    return f"{head}{''.join(parts)}--{_BOUNDARY}--\n"
