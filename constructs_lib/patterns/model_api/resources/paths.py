"""The tree of path segments below an API's root."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.patterns.model_api.api_gateway import path_key, prefixes
from constructs_lib.patterns.model_api.resources.deployment import Parts
from constructs_lib.resources.values import aws


class Paths(Construct):
    """One aws_api_gateway_resource for every segment; routes share those of the prefixes they share.

    Args:
        paths: Of all routes.
        api: The aws_api_gateway_rest_api.
        parts: Takes the resources.
    """

    def __init__(self, scope: Construct, construct_id: str, *, paths: Iterable[str], api: Any, parts: Parts) -> None:
        super().__init__(scope, construct_id)
        self._ids: dict[str, str] = {"/": api.root_resource_id, "": api.root_resource_id}
        for prefix in sorted({prefix for path in paths for prefix in prefixes(path)}):  # parents before children
            parent, _, segment = prefix.rpartition("/")
            resource = parts.add(
                aws.api_gateway_resource.ApiGatewayResource,
                self,
                path_key(prefix),
                rest_api_id=api.id,
                parent_id=self._ids[parent],
                path_part=segment,
            )
            self._ids[prefix] = resource.id

    def id_of(self, path: str) -> str:
        """The id of a path's last segment."""
        return self._ids[path]
