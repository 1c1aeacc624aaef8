"""One monitor names what another makes: by its key in the file, or by its name in AWS."""

from __future__ import annotations

import pytest

from constructs_lib.errors import ConfigError
from constructs_lib.model import Items, Model
from constructs_lib.options.link import EndpointLink, Exports, build_order, refer, resolve


class Route(Model):
    path: str
    endpoint: EndpointLink


class Api(Model):
    routes: Items[Route] = ()
    main: EndpointLink | None = None


class Endpoint(Model):
    calls: EndpointLink | None = None


def made(key: str, monitor: Model) -> Exports:
    return {"sagemaker_endpoint": f"shop-{key}"} if isinstance(monitor, Endpoint) else {}


def api(*endpoints: object) -> Api:
    return Api.model_validate({"routes": [{"path": "/rank", "endpoint": endpoint} for endpoint in endpoints]})


def test_text_is_a_monitor_and_resolves_to_what_it_makes() -> None:
    resolved, _ = resolve({"api": api("ranker"), "ranker": Endpoint()}, made)

    route = resolved["api"].routes[0]  # type: ignore[attr-defined]
    assert (route.path, route.endpoint.name, route.endpoint.reference) == ("/rank", "shop-ranker", "shop-ranker")


def test_what_is_there_already_keeps_its_name() -> None:
    resolved, _ = resolve({"api": api({"existing": "ranker-v3"})}, made)

    assert resolved["api"].routes[0].endpoint.name == "ranker-v3"


def test_a_reference_is_a_name_in_aws() -> None:
    resolved, _ = resolve({"api": api("${var.endpoint}")}, made)

    assert resolved["api"].routes[0].endpoint.reference == "${var.endpoint}"


def test_resources_get_a_reference_and_sentences_the_name() -> None:
    resolved, _ = resolve({"api": api("ranker", {"existing": "other"}), "ranker": Endpoint()}, made)

    both = refer(resolved["api"], lambda key: {"sagemaker_endpoint": f"${{made.{key}}}"})

    first, second = (route.endpoint for route in both.routes)  # type: ignore[attr-defined]
    assert (first.name, first.reference) == ("shop-ranker", "${made.ranker}")
    assert (second.name, second.reference) == ("other", "other")


def test_without_links_a_monitor_stays_the_same_object() -> None:
    endpoint = Endpoint()

    assert resolve({"ranker": endpoint}, made)[0]["ranker"] is endpoint


def test_what_is_named_is_built_first() -> None:
    order = build_order({"api": api("ranker"), "ranker": Endpoint()})

    assert order == ["ranker", "api"]


def problem(monitors: dict[str, Model]) -> tuple[str, str, str]:
    resolved, (found,) = resolve(monitors, made)
    assert len(resolved) < len(monitors), "what can't be built is left out"
    return found.path, found.rule, found.fix


def test_an_unknown_monitor_names_the_nearest_and_the_way_to_name_what_exists() -> None:
    path, rule, fix = problem({"api": api("rnaker"), "ranker": Endpoint()})

    assert path == "api.routes.0.endpoint"
    assert rule == "'rnaker' is not a monitor of this stack"
    assert fix == "did you mean 'ranker'? or write {existing: rnaker} for an endpoint that is there already"


def test_a_monitor_of_another_kind_is_refused() -> None:
    _, rule, fix = problem({"api": api("other"), "other": Api()})

    assert rule == "'other' makes none"
    assert fix == "write {existing: other} for an endpoint that is there already"


def test_a_circle_is_refused_and_shown() -> None:
    path, rule, _ = problem(
        {"a": Endpoint(calls=EndpointLink(monitor="b")), "b": Endpoint.model_validate({"calls": "a"})}
    )

    assert path in ("a", "b")
    assert "names itself through" in rule


@pytest.mark.parametrize("value", [{}, {"monitor": "a", "existing": "b"}])
def test_exactly_one_of_monitor_and_existing(value: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="is given"):
        Endpoint(calls=value)  # type: ignore[arg-type]
