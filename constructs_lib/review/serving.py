"""What a plan does to SageMaker endpoints, whose callers notice it before any alarm does."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.review.effect import Effect
from constructs_lib.terraform.blocks import block
from constructs_lib.terraform.reading import Change

_ENDPOINT = "aws_sagemaker_endpoint"
_OUTAGE = "the endpoint is deleted and made again: its callers are not served meanwhile"
_ROLLBACK = "the block of roll-back alarms comes or goes, which the provider can't change in place"
_PROVIDER = (
    "a new configuration takes over; take AWS provider 6.21 or newer, for an older one may update with the name of an "
    "outdated configuration (terraform-provider-aws issue 40048)"
)


def effects(changes: tuple[Change, ...]) -> Iterator[Effect]:
    """Endpoints that are replaced, and deployments that an old provider may get wrong."""
    for change in changes:
        before, after = change.before, change.after
        if before is None or after is None or after.type != _ENDPOINT:
            continue
        blocks = [
            block(block(side.values.get("deployment_config")).get("auto_rollback_configuration"))
            for side in (before, after)
        ]
        if change.replaced:
            details = (_ROLLBACK,) if bool(blocks[0]) != bool(blocks[1]) else ()
            yield Effect(kind="unclear", address=after.address, name=after.address, summary=_OUTAGE, details=details)
        elif after.values.get("deployment_config") and before.values.get("endpoint_config_name") != after.values.get(
            "endpoint_config_name"
        ):
            yield Effect(kind="remark", address=after.address, name=after.address, summary=_PROVIDER)
