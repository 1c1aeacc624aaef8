"""CloudFormation registry schemas, for resource types that Terraform reaches through Cloud Control only."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def schema(type_name: str) -> str:
    """The schema of a resource type in one line: `AWS::SageMaker::ModelBiasJobDefinition`."""
    file = files(__name__) / f"{type_name.replace('::', '-')}.json"
    return json.dumps(json.loads(file.read_text(encoding="utf-8")), separators=(",", ":"), sort_keys=True)
