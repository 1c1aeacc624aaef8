"""How a model of Amazon Bedrock is called: what callers pass is what CloudWatch's ModelId holds."""

from __future__ import annotations

import re
from collections.abc import Mapping

from constructs_lib.errors import Problem
from constructs_lib.model import nearest, shown
from constructs_lib.references import of_literals

PROFILES: Mapping[str, str] = {
    "us": "the United States",
    "us-gov": "AWS GovCloud",
    "eu": "the European Union",
    "apac": "Asia and the Pacific",
    "jp": "Japan",
    "au": "Australia",
    "ca": "Canada",
    "global": "every commercial Region",
}
"""Where a cross-Region profile runs a model, by what its id begins with (Bedrock user guide, "Supported Regions and
models for inference profiles")."""

PROVIDERS = frozenset(
    {
        "ai21",
        "amazon",
        "anthropic",
        "cohere",
        "deepseek",
        "google",
        "luma",
        "meta",
        "minimax",
        "mistral",
        "moonshot",
        "nvidia",
        "openai",
        "qwen",
        "stability",
        "twelvelabs",
        "writer",
        "zai",
    }
)
"""Whose models there are (Bedrock user guide, "Supported foundation models"); new ones come."""

_MODEL = re.compile(r"([a-z0-9-]+\.)?[a-z0-9-]+\.[a-z0-9.-]+(:[a-z0-9-]+){0,2}")
_APPLICATION_PROFILE = re.compile(r"[a-z0-9]{12}")
_GUARDRAIL_VERSION = re.compile(r"[1-9][0-9]{0,7}")
_DATED = re.compile(r"-(20[0-9]{6})-")
_ON_DEMAND_UNTIL = "20250101"
_UNDATED = re.compile(r"anthropic\.claude-(opus|sonnet|haiku)-")
"""Since Claude 4.6 an id may have no date; older ids have the version before the word: claude-3-haiku."""

EXAMPLE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"


@of_literals
def model_id(text: str) -> Problem | None:
    """What a caller passes as `modelId`, as ModelId has it: the id of a model or a profile, never an ARN."""
    if text.startswith("arn:"):
        rule = f"{shown(text)} is an ARN, and ModelId holds its last part"
        return Problem(rule, f"write {shown(text.rpartition('/')[2])}")
    if _APPLICATION_PROFILE.fullmatch(text):
        return None
    if not _MODEL.fullmatch(text):
        rule = f"{shown(text)} is not what a caller of Bedrock passes"
        return Problem(rule, f"write a profile's or a model's id, such as {EXAMPLE}")
    prefix, _, rest = text.partition(".")
    if prefix not in PROFILES and rest.partition(".")[0] in PROVIDERS:
        return Problem(f"{prefix!r} is not where a profile runs a model", nearest(prefix, PROFILES))
    return None


@of_literals
def note(model: str) -> str | None:
    """What is strange about an id that may be right."""
    if _APPLICATION_PROFILE.fullmatch(model):
        return None
    first, _, rest = model.partition(".")
    provider = rest.partition(".")[0] if first in PROFILES else first
    if provider not in PROVIDERS:
        return f"{provider!r} is not a provider of models this library knows; if it is mistyped, no alarm can fire"
    dated = _DATED.search(model)
    recent = dated[1] >= _ON_DEMAND_UNTIL if dated else bool(_UNDATED.match(model))
    if first == "anthropic" and recent:
        return f"Bedrock serves {model} through inference profiles only: call and watch one, such as us.{model}"
    return None


@of_literals
def guardrail_version(text: str) -> Problem | None:
    """The number of a published version."""
    if text == "DRAFT":
        return Problem("DRAFT is the working draft, which changes under its callers", "publish a version and name it")
    if _GUARDRAIL_VERSION.fullmatch(text):
        return None
    return Problem(f"{shown(text)} is not a guardrail's version", 'write its number in quotes, such as "3"')
