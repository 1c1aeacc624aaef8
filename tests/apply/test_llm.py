"""An LLM's log and alarms through their whole life: real Terraform, real provider, moto."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.names import Names
from tests.patterns.llm.test_spec import AGENT, CHAT, GUARDRAIL, LOG, PRICED
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply


def stack(names: Names, **options: Any) -> MonitoringStack:
    """Everything but what needs data, under names of this test's own."""
    log = {
        "log_group": {"name": names("/aws/bedrock/calls"), "create": True},
        "teams": {"metadata": "team", "values": ["search"], "tokens_per_hour": 1000},
        "top_callers": True,
        "caller_tokens_per_hour": 1000,
    }
    chat = CHAT | {
        "models": [PRICED | {"tokens_per_minute_quota": 1_000_000}],
        "alarms": {"usd_per_day": 200},
        "guardrail": GUARDRAIL,
        "agent": AGENT,
        "invocation_log": LOG | log | options,
    }
    return monitoring_stack(config({"chat": chat}) | {"project": names("shop")})


def test_the_log_is_switched_on_changed_and_switched_off(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    group = names("/aws/bedrock/calls")
    with applied(workspace(stack(names), endpoint=moto.url)) as live:
        made = live.workspace.outputs()["resources"]["chat"]
        bedrock = moto.client("bedrock")
        setting = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
        assert setting["cloudWatchConfig"]["logGroupName"] == made["invocation_log"] == group
        assert setting["cloudWatchConfig"]["roleArn"] == made["account_wide_logging_role"]
        assert setting["textDataDeliveryEnabled"] is False

        change = live.change(stack(names, bodies=True))
        assert set(change.actions.values()) == {"update"}
        setting = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
        assert setting["textDataDeliveryEnabled"] is True

        listen = moto.listen(live.workspace.outputs()["topic_arns"]["critical"])
        moto.set_alarm_state(names("shop-production-chat-throttled"), "ALARM")
        (page,) = listen.alarm_messages()
        assert "Lower max_tokens" in page["AlarmDescription"]

    assert not bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
