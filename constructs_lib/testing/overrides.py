"""Test-only settings, written next to a copy of the stack as Terraform override files.

The product's own JSON stays as it is, so it is what the test tests; Terraform merges ``*_override.tf.json`` over it.
Source: "Override Files", developer.hashicorp.com/terraform/language/files/override.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from constructs_lib.testing.synth import StackJson

NOWHERE = "http://127.0.0.1:9"
"""The discard port of this machine: a plan that asks AWS anything fails at once, and nothing leaves the machine."""

REGION = "us-east-1"
"""For stacks that leave their Region to the environment."""

ACCOUNT = "123456789012"
"""For stacks that say nothing of their account: moto's own."""

_PROVIDER_SETTINGS: Mapping[str, Any] = {
    "secret_key": "test",
    "skip_credentials_validation": True,
    "skip_metadata_api_check": "true",
    # How often a call is tried. 0 counts as unset, and unset tries an unanswered call for minutes.
    "max_retries": 1,
}
_CREDENTIALS = {
    "assume_role",
    "assume_role_with_web_identity",
    "profile",
    "shared_credentials_files",
    "shared_config_files",
}
_ROLE = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):role/.+")


def provider_override(stack: StackJson, endpoint: str | None) -> dict[str, Any]:
    """Fake keys for each AWS provider block of the stack; `endpoint` None means a plan without any AWS."""
    settings = {**_PROVIDER_SETTINGS}
    if endpoint is None:
        settings["skip_requesting_account_id"] = True
        settings["allowed_account_ids"] = []  # as the account is not asked for
    else:
        settings["s3_use_path_style"] = True
        settings["max_retries"] = 4  # a connection that breaks on a busy machine says nothing about the stack
    # By its access key the server knows whose resources are meant (`testing.moto.accounts`).
    own = [{"access_key": account(block), **_alias(block)} for block in _blocks(stack)]
    return {"provider": {"aws": [{**settings, **settled} for settled in own]}}


def without_credentials(stack: StackJson) -> StackJson:
    """The stack without what says as whom its AWS providers work: there is no AWS here to ask for a role.

    An override can replace a block such as `assume_role`, and can't take it out.
    """
    if not any(_CREDENTIALS & block.keys() for block in _blocks(stack)):
        return stack
    blocks = [{key: item for key, item in block.items() if key not in _CREDENTIALS} for block in _blocks(stack)]
    return {**stack, "provider": {**stack["provider"], "aws": blocks}}


def provider_block(stack: StackJson, alias: str | None = None) -> Mapping[str, Any]:
    """The AWS provider block of an alias; the one without, if that is None."""
    found = [block for block in _blocks(stack) if block.get("alias") == alias]
    if not found and alias is not None:
        known = ", ".join(filter(None, (block.get("alias") for block in _blocks(stack)))) or "none"
        raise LookupError(f"the stack has no AWS provider with the alias {alias!r}; its aliases: {known}")
    return found[0] if found else {}


def account(block: Mapping[str, Any]) -> str:
    """The account an AWS provider block is for: one that it allows, or that of the role it assumes."""
    allowed = [one for one in _as_list(block.get("allowed_account_ids", [])) if str(one).isdigit()]
    roles = [_ROLE.fullmatch(str(role.get("role_arn"))) for role in _as_list(block.get("assume_role", []))]
    return next((str(one) for one in allowed), next((role[1] for role in roles if role), ACCOUNT))


def region(block: Mapping[str, Any]) -> str:
    """The Region an AWS provider block is for."""
    written = block.get("region")
    return written if isinstance(written, str) and "${" not in written else REGION


def _blocks(stack: StackJson) -> list[Mapping[str, Any]]:
    return _as_list(stack.get("provider", {}).get("aws", {}))


def _alias(block: Mapping[str, Any]) -> dict[str, Any]:
    return {"alias": block["alias"]} if "alias" in block else {}


def backend_override() -> dict[str, Any]:
    """A local state file, whatever the stack says: a ``cloud`` block or another backend gives way to it."""
    return {"terraform": {"backend": {"local": {"path": "terraform.tfstate"}}}}


def destroy_override(stack: StackJson) -> dict[str, Any]:
    """Lets a destroy take what `prevent_destroy` protects: what a test has made is the test's to remove."""
    lifted: dict[str, Any] = {}
    for kind, named in stack.get("resource", {}).items():
        for name, body in named.items():
            if isinstance(body, Mapping) and _as_list(body.get("lifecycle", {}))[0].get("prevent_destroy"):
                lifted.setdefault(kind, {})[name] = {"lifecycle": {"prevent_destroy": False}}
    return {"resource": lifted} if lifted else {}


def environment(inherited: Mapping[str, str], endpoint: str | None) -> dict[str, str]:
    """`inherited` without anything that could reach a real account or change what terraform does."""
    kept = {name: value for name, value in inherited.items() if not name.startswith(("AWS_", "TF_"))}
    for name in ("TF_PLUGIN_CACHE_DIR", "TF_LOG", "TF_LOG_PATH"):
        if name in inherited:
            kept[name] = inherited[name]
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint or NOWHERE,
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
    }


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
