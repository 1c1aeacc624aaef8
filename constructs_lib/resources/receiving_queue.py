"""What lets topics send to queues that are made in the same stack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from constructs_lib.cdk import Aspects, Construct, IAspect, IConstruct, TerraformStack, implements
from constructs_lib.resources.policy import Statement, document, only_tls
from constructs_lib.resources.values import as_mark, aws, resolved

_QUEUE = re.compile(r"\$\{(aws_sqs_queue\.[\w-]+)\.\w+\}")


def let_topics_in(scope: Construct, senders: Iterable[tuple[str, str]]) -> None:
    """Give each queue of the stack that has no policy one that lets its topics send.

    Whether it has one shows when the stack is complete: a queue has one policy at most, and the user's own comes first.

    Args:
        scope: What the policies belong to.
        senders: The ARN of a queue, and that of a topic which it subscribes to.
    """
    topics: dict[str, list[str]] = {}
    for queue, topic in senders:
        if made_here := _QUEUE.fullmatch(str(resolved(scope, queue))):
            topics.setdefault(made_here[1], []).append(topic)
    if topics:
        Aspects.of(scope).add(_WithoutPolicy(scope, topics))


@implements(IAspect)
class _WithoutPolicy:
    """Visits the constructs of a finished stack, and makes the policies that are missing."""

    def __init__(self, scope: Construct, senders: Mapping[str, Sequence[str]]) -> None:
        self._scope, self._senders = scope, dict(senders)

    def visit(self, _node: IConstruct) -> None:
        """What CDKTF calls for each construct below the scope, and the scope first."""
        missing, self._senders = self._senders, {}
        if not missing:
            return
        every: list[Any] = TerraformStack.of(self._scope).node.find_all()
        made = [item for item in every if _type(item).startswith("aws_sqs_queue")]
        policies = [resolved(self._scope, item.queue_url) for item in made if _type(item) == "aws_sqs_queue_policy"]
        named = [_QUEUE.fullmatch(str(url)) for url in policies]
        for queue in made:
            address = f"{_type(queue)}.{queue.friendly_unique_id}"
            # A policy that names its queue by a variable may be that of any.
            if address in missing and not queue.policy_input and all(one and one[1] != address for one in named):
                self._make(queue, missing[address])

    def _make(self, queue: Any, topics: Sequence[str]) -> None:
        sends = Statement(
            sid="TopicsSend",
            actions=["sqs:SendMessage"],
            resources=[queue.arn],
            principals={"Service": "sns.amazonaws.com"},
            conditions={"ArnEquals": {"aws:SourceArn": [*topics]}},
        )
        aws.sqs_queue_policy.SqsQueuePolicy(
            self._scope,
            f"queue-{as_mark(self._scope, queue.arn)}",
            queue_url=queue.url,
            policy=document([sends, only_tls(["sqs:*"], [queue.arn])]),
        )


def _type(item: Any) -> str:
    return str(getattr(item, "terraform_resource_type", ""))
