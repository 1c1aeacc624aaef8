"""Where AWS keeps its images."""

from __future__ import annotations

import re

import pytest

from constructs_lib.aws import names
from constructs_lib.aws.sagemaker.images import CLARIFY, MODEL_MONITOR, Image


@pytest.mark.parametrize("image", [CLARIFY, MODEL_MONITOR], ids=lambda image: image.repository)
def test_every_entry_is_a_region_and_an_account(image: Image) -> None:
    for region, account in image.accounts.items():
        assert names.region(region) is None
        assert re.fullmatch(r"\d{12}", account)


def test_addresses() -> None:
    assert CLARIFY.uri("us-east-1") == "205585389593.dkr.ecr.us-east-1.amazonaws.com/sagemaker-clarify-processing:1.0"
    assert CLARIFY.uri("cn-north-1").startswith("122526803553.dkr.ecr.cn-north-1.amazonaws.com.cn/")
