"""What an instance runs at its first boot: the start of the agent, then the user's own script."""

from __future__ import annotations

import hashlib
from typing import Any

from constructs_lib.alarms import cloudwatch_agent
from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct, Fn, TerraformLocal
from constructs_lib.references import verbatim
from constructs_lib.resources.values import as_literal

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
status=1
for attempt in 1 2 3 4 5 6 7 8; do
  start_agent && status=0 && break
  sleep 15
done
[ "$status" = 0 ] || echo "The CloudWatch agent did not start: this instance publishes no GPU metrics" >&2
"""

# In one script and not in parts of a MIME message: of those, cloud-init garbles every letter that is not ASCII.
_BOOTSTRAP = """
# The fleet's own script, whatever became of the agent.
bootstrap=/var/lib/cloud/instance/bootstrap
cat >"$bootstrap" <<'==end of bootstrap=='
@BOOTSTRAP@
==end of bootstrap==
chmod 700 "$bootstrap"
"$bootstrap" || status=$?
"""


def user_data(
    scope: Construct, construct_id: str, *, environment: Environment, agent: Any | None, bootstrap: str | None
) -> str | None:
    """The base64 that a launch template takes; the text itself stays readable, as a local value of the stack.

    Args:
        construct_id: Construct id of the local value.
        environment: Where AWS's own bucket is read from.
        agent: The aws_ssm_parameter with the agent's configuration; None starts no agent.
        bootstrap: The user's script, with Terraform references in it if need be.
    """
    # A shell would take the carriage return of a file from Windows for a part of `#!/bin/bash`.
    own = bootstrap.replace("\r\n", "\n") if bootstrap is not None else None
    if agent is not None:
        text = _start_agent(environment, agent)
        if own is not None:
            text += _BOOTSTRAP.replace("@BOOTSTRAP@", own.rstrip("\n"))
        text += 'exit "$status"\n'
    elif own is not None:
        text = own
    else:
        return None
    encoded: str = Fn.base64encode(TerraformLocal(scope, construct_id, as_literal(text)).as_string)
    return encoded


def _start_agent(environment: Environment, agent: Any) -> str:
    bucket = environment.endpoint(f"amazoncloudwatch-agent-{environment.region}.s3")
    configuration = cloudwatch_agent.configuration_text()
    return (
        verbatim(_START_AGENT)
        .replace("@BUCKET@", f"https://{bucket}")
        .replace("@PARAMETER@", agent.name)
        # A running agent does not read again: a new configuration has to be a new template, which replaces instances.
        .replace("@HASH@", hashlib.sha256(configuration.encode()).hexdigest()[:8])
    )
