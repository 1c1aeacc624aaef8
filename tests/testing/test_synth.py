from __future__ import annotations

import json
from pathlib import Path

import jsii
import pytest

from constructs_lib.cdk import App, IValidation, TerraformOutput, TerraformStack
from constructs_lib.testing import outputs, read_stack, resource, resources, synth
from tests.testing.stacks import topic_stack


def test_resources_are_found_by_type() -> None:
    assert resources(topic_stack(), "aws_sns_topic") == {"pages": {"name": "pages"}}
    assert resources(topic_stack(), "aws_sqs_queue") == {}
    assert resources({}, "aws_sqs_queue") == {}


def test_the_one_resource_of_a_type() -> None:
    assert resource(topic_stack(), "aws_sns_topic") == {"name": "pages"}
    with pytest.raises(AssertionError, match="expected one aws_sqs_queue, found 0: none"):
        resource(topic_stack(), "aws_sqs_queue")


def test_several_of_a_type_are_named() -> None:
    two = topic_stack()
    two["resource"]["aws_sns_topic"]["tickets"] = {"name": "tickets"}

    with pytest.raises(AssertionError, match="found 2: pages, tickets"):
        resource(two, "aws_sns_topic")


def test_outputs_by_name() -> None:
    assert outputs(topic_stack()) == {"topic_arn": "${aws_sns_topic.pages.arn}"}


def test_a_stack_folder_is_read_without_cdktfs_comments(tmp_path: Path) -> None:
    commented = topic_stack() | {"//": {"metadata": {"version": "0.21.0"}}}
    commented["resource"]["aws_sns_topic"]["pages"]["//"] = {"metadata": {"path": "production/pages"}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(commented))

    assert read_stack(tmp_path) == topic_stack()


def test_a_construct_becomes_its_json_with_validations_run() -> None:
    made = TerraformStack(App(), "production")
    TerraformOutput(made, "answer", value="42")

    assert synth(made)["output"] == {"answer": {"value": "42"}}


def test_a_stack_that_is_not_valid_does_not_synthesise() -> None:
    @jsii.implements(IValidation)
    class Never:
        def validate(self) -> list[str]:
            return ["this stack is never valid"]

    made = TerraformStack(App(), "production")
    made.node.add_validation(Never())

    with pytest.raises(RuntimeError, match="this stack is never valid"):
        synth(made)
