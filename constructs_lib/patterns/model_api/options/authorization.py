"""Who may call the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from constructs_lib.alarms.alarm import Count
from constructs_lib.aws import names
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, shown
from constructs_lib.patterns.model_api.options.route import Throttle
from constructs_lib.references import OrReference

Kind = Literal["iam", "api_key", "cognito", "none"]

_REASON_CHARACTERS = 10


def _user_pool(arn: str) -> Problem | None:
    example = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123"
    if broken := names.arn(arn, "cognito-idp", example):
        return broken
    if not arn.split(":", 5)[5].startswith("userpool/"):
        return Problem(f"{shown(arn)} is not a user pool", f"write it like {example}")
    return None


def _reason(text: str) -> Problem | None:
    if len(text.strip()) >= _REASON_CHARACTERS:
        return None
    return Problem(f"{shown(text)} is not a reason", "write a sentence that says why no one is asked who they are")


class Iam(Model):
    """Callers sign with AWS credentials and need `execute-api:Invoke` in their IAM policy."""

    accounts: Items[Annotated[str, checked(names.account), OrReference()]] = ()
    """Other accounts whose callers may come in, too; their own IAM policies still have to allow it."""


class ApiKey(Model):
    """Callers send a key in `x-api-key`: it tells who calls and limits how much, but it is not proof of identity."""

    clients: Items[Annotated[str, checked(names.key)]] = ("default",)
    """One key for each. AWS makes the secret; it is in Terraform's state, and in no output."""
    throttle: Throttle | None = None
    """Limits of each client."""
    requests_per_day: Count | None = None
    """Requests each client has a day."""

    def problems(self) -> Iterator[Problem]:
        """A client at least, and none twice."""
        if not self.clients:
            yield Problem("no client is given, and no one could call", "name one", path="clients")
        for index, client in enumerate(self.clients):
            if client in self.clients[:index]:
                yield Problem(f"{client!r} is listed twice", "remove one", path=f"clients.{index}")


class Cognito(Model):
    """Callers send a token of a Cognito user pool in `Authorization`."""

    user_pools: Items[Annotated[str, checked(_user_pool), OrReference()]]
    """ARNs of the pools."""
    scopes: Items[Annotated[str, Field(min_length=1), OrReference()]] = ()
    """Scopes, any of which an access token must have; without them an ID token is asked for."""

    def problems(self) -> Iterator[Problem]:
        """A pool at least."""
        if not self.user_pools:
            yield Problem("no user pool is given", "give the ARN of one", path="user_pools")


class Nobody(Model):
    """No check at all: whoever reaches the API may call it."""

    reason: Annotated[str, checked(_reason)]
    """Why that is right here, in a sentence; it becomes part of the API's description."""


class Authorization(Model):
    """One of the four; `iam` and `api_key` also as plain words."""

    iam: Iam | None = None
    """AWS credentials."""
    api_key: ApiKey | None = None
    """Keys with limits."""
    cognito: Cognito | None = None
    """Users of a Cognito user pool."""
    none: Nobody | None = None
    """Nothing is checked, for a written reason."""

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        return {value: {}} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors accept the plain words, too."""
        return {"anyOf": [{"enum": ["iam", "api_key"]}, handler(schema)]}

    def problems(self) -> Iterator[Problem]:
        """Exactly one."""
        given = self._given()
        if len(given) != 1:
            found = " and ".join(given) if given else "nothing"
            yield Problem(f"{found} is given", "write one of iam, api_key, cognito, none", path="".join(given[1:2]))

    @property
    def kind(self) -> Kind:
        """Which one."""
        return self._given()[0]

    def _given(self) -> list[Kind]:
        kinds: tuple[Kind, ...] = ("iam", "api_key", "cognito", "none")
        return [kind for kind in kinds if getattr(self, kind) is not None]
