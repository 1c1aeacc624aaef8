"""What a test of a monitoring stack needs: its JSON as data, real Terraform over it, and AWS played by moto.

Needs the extra ``testing``. Four layers, cheapest first:

1. pure: specs and tables need nothing from here;
2. synthesised: `synth` gives a stack's JSON as a dict, `resources` and `resource` read it;
3. planned: `Terraform` runs the real ``validate`` and ``plan``, without AWS;
4. applied: the same workspaces with a `MotoServer` as their endpoint.

``pytest_plugins = ["constructs_lib.testing.fixtures"]`` brings all of it as fixtures. Importing this package loads
neither moto nor pytest.
"""

from __future__ import annotations

from constructs_lib.testing.availability import skip_or_fail
from constructs_lib.testing.aws import MotoAccount, MotoServer, MotoUnavailable, Probe
from constructs_lib.testing.plan import Applied, Diagnostic, Plan, ResourceChange, TerraformError
from constructs_lib.testing.prepared import CannotPrepare
from constructs_lib.testing.prerequisites import Prerequisite, prerequisites
from constructs_lib.testing.scenario import LiveStack, applied
from constructs_lib.testing.synth import outputs, read_stack, resource, resources, synth
from constructs_lib.testing.terraform import Terraform, TerraformUnavailable, Workspace

__all__ = [
    "Applied",
    "CannotPrepare",
    "Diagnostic",
    "LiveStack",
    "MotoAccount",
    "MotoServer",
    "MotoUnavailable",
    "Plan",
    "Prerequisite",
    "Probe",
    "ResourceChange",
    "Terraform",
    "TerraformError",
    "TerraformUnavailable",
    "Workspace",
    "applied",
    "outputs",
    "prerequisites",
    "read_stack",
    "resource",
    "resources",
    "skip_or_fail",
    "synth",
]
