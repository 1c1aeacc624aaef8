"""Test-only settings, written next to a copy of the stack as Terraform override files.

The product's own JSON stays as it is, so it is what the test tests; Terraform merges ``*_override.tf.json`` over it.
Source: "Override Files", developer.hashicorp.com/terraform/language/files/override.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.testing.synth import StackJson

NOWHERE = "http://127.0.0.1:9"
"""The discard port of this machine: a plan that asks AWS anything fails at once, and nothing leaves the machine."""

REGION = "us-east-1"
"""For stacks that leave their Region to the environment."""

_PROVIDER_SETTINGS: Mapping[str, Any] = {
    "access_key": "test",
    "secret_key": "test",
    "skip_credentials_validation": True,
    "skip_metadata_api_check": "true",
    # How often a call is tried. 0 counts as unset, and unset tries an unanswered call for minutes.
    "max_retries": 1,
    # The account is not asked for offline, and moto's is always 123456789012.
    "allowed_account_ids": [],
}


def provider_override(stack: StackJson, endpoint: str | None) -> dict[str, Any]:
    """Fake keys for each AWS provider block of the stack; `endpoint` None means a plan without any AWS."""
    settings = {**_PROVIDER_SETTINGS}
    if endpoint is None:
        settings["skip_requesting_account_id"] = True
    else:
        settings["s3_use_path_style"] = True
        settings["max_retries"] = 4  # a connection that breaks on a busy machine says nothing about the stack
    blocks = _as_list(stack.get("provider", {}).get("aws", {}))
    aliases = [{"alias": block["alias"]} if "alias" in block else {} for block in blocks]
    return {"provider": {"aws": [{**settings, **alias} for alias in aliases]}}


def backend_override() -> dict[str, Any]:
    """A local state file, whatever the stack says: a ``cloud`` block or another backend gives way to it."""
    return {"terraform": {"backend": {"local": {"path": "terraform.tfstate"}}}}


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
