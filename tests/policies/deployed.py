"""Our stacks as AWS will have them: every reference replaced by the ARN or name it stands for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from constructs_lib.aws.policy import NOT_KNOWN, Policy, Principal, Request, evaluate
from constructs_lib.aws.policy.evaluation import Decision
from constructs_lib.config.loader import load, loads
from constructs_lib.references import braced
from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import synth
from constructs_lib.testing.synth import StackJson
from tests.policies.rare import RARE
from tests.stacks import new_app

ROOT = Path(__file__).parents[2]
ACCOUNT, STRANGER = "123456789012", "999999999999"

_ATTRIBUTES = {
    ("aws_api_gateway_rest_api", "execution_arn"): "arn:aws:execute-api:{region}:{account}:{address}",
    ("aws_api_gateway_rest_api", "id"): "{address}",
    ("aws_cloudwatch_event_rule", "arn"): "arn:aws:events:{region}:{account}:rule/{name}",
    ("aws_cloudwatch_log_group", "arn"): "arn:aws:logs:{region}:{account}:log-group:{name}",
    ("aws_iam_role", "arn"): "arn:aws:iam::{account}:role/{name}",
    ("aws_kinesis_firehose_delivery_stream", "arn"): "arn:aws:firehose:{region}:{account}:deliverystream/{name}",
    ("aws_kms_key", "arn"): "arn:aws:kms:{region}:{account}:key/{address}",
    ("aws_kms_key", "key_id"): "{address}",
    ("aws_s3_bucket", "arn"): "arn:aws:s3:::{bucket}",
    ("aws_s3_bucket", "id"): "{bucket}",
    ("aws_sns_topic", "arn"): "arn:aws:sns:{region}:{account}:{name}",
    ("aws_sqs_queue", "arn"): "arn:aws:sqs:{region}:{account}:{name}",
    ("aws_sqs_queue", "url"): "https://sqs.{region}.amazonaws.com/{account}/{name}",
    ("aws_ssm_parameter", "arn"): "arn:aws:ssm:{region}:{account}:parameter/{name}",
}
_ATTRIBUTE = re.compile(r"(aws_\w+)\.([\w-]+)\.(\w+)")


@dataclass(frozen=True)
class Deployed:
    """A stack with nothing left to find out.

    Attributes:
        name: Which.
        region: Where.
        written: Its Terraform JSON.
    """

    name: str
    region: str
    written: StackJson

    @cached_property
    def resources(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        """By type and Terraform name."""
        found: dict[str, dict[str, dict[str, Any]]] = self._known(self.written["resource"])
        return found

    def of(self, kind: str) -> Mapping[str, Mapping[str, Any]]:
        """The resources of a type."""
        return self.resources.get(kind, {})

    def arn(self, kind: str, address: str, attribute: str = "arn") -> str:
        """The ARN of one."""
        return self._attribute(kind, address, attribute)

    def arns(self, kind: str, attribute: str = "arn") -> list[str]:
        """The ARNs of all of a type."""
        return [self.arn(kind, address, attribute) for address in self.of(kind)]

    def roles(self) -> Iterator[Role]:
        """Every role with its policies."""
        for address, role in self.of("aws_iam_role").items():
            inline = [p for p in self.of("aws_iam_role_policy").values() if p["role"] == role["name"]]
            attached = [p for p in self.of("aws_iam_role_policy_attachment").values() if p["role"] == role["name"]]
            yield Role(
                deployed=self,
                address=address,
                name=role["name"],
                trust=Policy.read(role["assume_role_policy"]),
                policies=tuple(Policy.read(policy["policy"]) for policy in inline),
                managed=tuple(policy["policy_arn"] for policy in attached),
            )

    def key_behind(self, arn: str) -> str:
        """A key's own ARN, where an alias of this stack is given."""
        for alias in self.of("aws_kms_alias").values():
            if arn.endswith(f":{alias['name']}"):
                return f"arn:aws:kms:{self.region}:{ACCOUNT}:key/{alias['target_key_id']}"
        return arn

    def policy_on(self, arn: str) -> Policy | None:
        """The policy of a key or bucket of this stack; of what is not here, the one that is usual."""
        for address, key in self.of("aws_kms_key").items():
            if self.arn("aws_kms_key", address) == arn:
                return Policy.read(key["policy"])
        for policy in self.of("aws_s3_bucket_policy").values():
            if re.fullmatch(rf"arn:aws:s3:::{re.escape(policy['bucket'])}(/.*)?", arn):
                return Policy.read(policy["policy"])
        if ":kms:" in arn:  # the default key policy
            root = f"arn:aws:iam::{ACCOUNT}:root"
            return Policy(
                {"Statement": {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "*", "Resource": "*"}}
            )
        if ":ecr:" in arn and ACCOUNT not in arn and STRANGER not in arn:  # AWS's own images are for everybody
            return Policy({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}})
        return None

    def _known(self, value: Any) -> Any:
        match value:
            case str():
                return self._text(value)
            case dict():
                return {key: self._known(item) for key, item in value.items()}
            case list():
                return [self._known(item) for item in value]
            case _:
                return value

    def _text(self, text: str) -> str:
        """The text; a reference to something that nobody decided, such as a variable, stays one."""
        start = re.search(r"(?<!\$)\$\{", text)
        inside = braced(text[start.end() :]) if start else None
        if start is None or inside is None:
            return text
        return text[: start.start()] + self._value(inside) + self._text(text[start.end() + len(inside) + 1 :])

    def _value(self, expression: str) -> str:
        if match := _ATTRIBUTE.fullmatch(expression):
            return self._attribute(*match.groups())
        if expression.startswith("local."):
            return str(self._known(self.written["locals"][expression.removeprefix("local.")]))
        if match := re.fullmatch(r"lower\((.*)\)", expression):
            return self._value(match[1]).lower()
        return f"${{{expression}}}"

    def _attribute(self, kind: str, address: str, attribute: str) -> str:
        values = self.written["resource"][kind][address]
        if attribute in values:
            return self._text(str(values[attribute]))
        form = _ATTRIBUTES.get((kind, attribute))
        if form is None:
            return NOT_KNOWN
        named = {key: self._text(str(values[key])) for key in ("name", "bucket") if key in values}
        return form.format(region=self.region, account=ACCOUNT, address=address, **named)


@dataclass(frozen=True)
class Role:
    """A role with its policies."""

    deployed: Deployed
    address: str
    name: str
    trust: Policy
    policies: tuple[Policy, ...]
    managed: tuple[str, ...]

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:iam::{ACCOUNT}:role/{self.name}"

    def may(self, action: str, resource: str = "*", **context: str) -> Decision:
        """What its policies say of a call, and those of a key or bucket of the stack."""
        request = Request(
            principal=Principal("AWS", f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.name}/session"),
            action=action,
            resource=resource,
            owner=ACCOUNT,
            context={key.replace("__", ":"): value for key, value in context.items()},
        )
        return evaluate(request, identity=self.policies, resource=self.deployed.policy_on(resource))


def trusted_by(role: Role, service: str, **context: str) -> Decision:
    """What a role's trust policy says of a service that would assume it."""
    keys = {key.replace("__", ":"): value for key, value in context.items()}
    principal = Principal("Service", service)
    request = Request(principal=principal, action="sts:AssumeRole", resource=role.arn, context=keys)
    return evaluate(request, resource=role.trust)


@cache
def stacks() -> tuple[Deployed, ...]:
    """The default stack, those of every example, and one with the options nobody else uses."""
    files = [ROOT / "monitoring.yaml", *sorted((ROOT / "examples").glob("*.yaml"))]
    configs = {file.stem: load(file) for file in files} | {"rare": loads(yaml.safe_dump(RARE))}
    return tuple(
        Deployed(f"{stem}-{name}", stack.region, synth(MonitoringStack(new_app(), name, stack, project=config.project)))
        for stem, config in configs.items()
        for name, stack in config.stacks.items()
    )


def statements(policy: Policy) -> list[dict[str, Any]]:
    """The statements of a policy."""
    listed = (policy.document or {}).get("Statement", [])
    found: list[dict[str, Any]] = json.loads(json.dumps(listed if isinstance(listed, list) else [listed]))
    return found
