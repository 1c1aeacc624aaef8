"""API Gateway's limits and names."""

from __future__ import annotations

import pytest

from constructs_lib.patterns.model_api import api_gateway

LONG = "a" * 129


@pytest.mark.parametrize(
    "path", ["/", "/rank", "/v1/rank", "/users/{user}", "/{proxy+}", "/v1/models:predict", "/a_b.c-d"]
)
def test_paths_api_gateway_takes(path: str) -> None:
    assert api_gateway.path(path) is None


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("rank", "'rank' does not begin with a slash"),
        ("", "'' does not begin with a slash"),
        ("/v1/my rank", "'/v1/my rank' has a character API Gateway refuses, in 'my rank'"),
        ("/rank/", "'/rank/' has an empty segment"),
        ("/v1//rank", "'/v1//rank' has an empty segment"),
        ("/räng", "'/räng' has a character API Gateway refuses, in 'räng'"),
        ("/users/{user", "'/users/{user' has a bad parameter, '{user'"),
        ("/users/{}", "'/users/{}' has a bad parameter, '{}'"),
        ("/users/id-{user}", "'/users/id-{user}' has a bad parameter, 'id-{user}'"),
        ("/{proxy+}/rank", "'/{proxy+}/rank' goes on after {proxy+}, which takes all the rest"),
        ("/{id}/of/{id}", "'/{id}/of/{id}' names two parameters alike"),
    ],
)
def test_paths_it_refuses(path: str, rule: str) -> None:
    violation = api_gateway.path(path)
    assert violation is not None and violation.rule == rule
    assert violation.fix


@pytest.mark.parametrize("name", ["", "live!", "v 1", LONG, "prod\n"])
def test_stage_names_it_refuses(name: str) -> None:
    assert api_gateway.stage_name(name) is not None


def test_the_metrics_drop_what_is_not_ascii() -> None:
    assert api_gateway.api_name("ranker api") is None
    assert api_gateway.api_name("räng") is not None


def test_a_burst_holds_a_second_of_the_rate_up_to_the_accounts_own() -> None:
    assert api_gateway.burst(50, 50) is None
    assert api_gateway.burst(49, 50) is not None
    assert api_gateway.burst(5_000, 10_000) is None, "the account's own bucket holds no more"


def test_prefixes_of_a_path_are_its_resources() -> None:
    assert api_gateway.prefixes("/v1/users/{user}") == ("/v1", "/v1/users", "/v1/users/{user}")
    assert api_gateway.prefixes("/") == ()


def test_different_paths_have_different_keys() -> None:
    paths = ["/", "/a/b", "/a-b", "/a--b", "/a_b", "/A-b", "/a/{b}", "/{a}/b", "/{a+}", "/{a}", "/a", "/a.b", "/-a/b"]
    keys = [api_gateway.path_key(path) for path in paths]
    assert len(set(keys)) == len(paths)
    assert keys[:3] == ["", "a--b", "a-b"], "ordinary paths stay readable"
    assert all(set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for key in keys)


@pytest.mark.parametrize(
    ("arn", "rule"),
    [
        ("arn:aws:waf::123456789012:webacl/x", "is not a valid wafv2 ARN"),
        ("arn:aws:wafv2:us-east-1:123456789012:global/webacl/models/1", "has the scope of CloudFront"),
        ("arn:aws:wafv2:us-east-1:123456789012:regional/ipset/office/1", "is not a web ACL"),
    ],
)
def test_web_acls_that_do_not_fit(arn: str, rule: str) -> None:
    violation = api_gateway.web_acl(arn)
    assert violation is not None and rule in violation.rule
