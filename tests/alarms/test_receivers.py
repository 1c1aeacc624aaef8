"""The table of receiver types is whole: what it names exists, and a user can write each."""

from __future__ import annotations

from pkgutil import resolve_name

from constructs_lib.alarms.receivers import RECEIVER_TYPES, receiver_type
from constructs_lib.options.notifications import Receiver


def test_a_user_can_write_every_receiver_type() -> None:
    fields = [field.alias or name for name, field in Receiver.model_fields.items()]
    assert fields == list(RECEIVER_TYPES)
    assert all(key == kind.key for key, kind in RECEIVER_TYPES.items())


def test_what_makes_extra_resources_is_there() -> None:
    extras = [kind.extra for kind in RECEIVER_TYPES.values() if kind.extra]
    assert extras and all(callable(resolve_name(extra)) for extra in extras)


def test_a_sentence_names_the_receiver_and_gives_no_secret_away() -> None:
    hook = receiver_type("https")
    assert hook.public("https://hooks.example.com/T0/secret") == "hooks.example.com"
    said = {
        key: receiver_type(key).words.format(name=receiver_type(key).name(address))
        for key, address in {
            "email": "oncall@example.com",
            "https": "https://hooks.example.com/T0/secret",
            "sqs": "arn:aws:sqs:us-east-1:123456789012:alarms",
            "lambda": "arn:aws:lambda:us-east-1:123456789012:function:on-alarm",
            "topic": "arn:aws:sns:us-east-1:123456789012:oncall",
            "sms": "+4930123456",
        }.items()
    }
    assert said == {
        "email": "oncall",
        "https": "hooks.example.com",
        "sqs": "queue alarms",
        "lambda": "function on-alarm",
        "topic": "the subscribers of topic oncall",
        "sms": "+4930123456",
    }
