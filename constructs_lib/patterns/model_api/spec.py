"""The pattern `model_api`: a REST API in front of models whose stage is logged, measured, guarded and alarmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from constructs_lib.alarms.log_query import LogQuery
from constructs_lib.alarms.metric_filter import MetricFilter
from constructs_lib.alarms.outcomes import Outcomes
from constructs_lib.aws import log_limits, names
from constructs_lib.aws.environment import Environment
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, OldName, checked, shown
from constructs_lib.options.link import Exports
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.patterns.model_api import access_log, api_gateway
from constructs_lib.patterns.model_api.figures import Figures, of_existing, of_our_api
from constructs_lib.patterns.model_api.options.alarm_options import ApiAlarms
from constructs_lib.patterns.model_api.options.authorization import Authorization, Iam
from constructs_lib.patterns.model_api.options.existing import ExistingApi
from constructs_lib.patterns.model_api.options.reach import Reach
from constructs_lib.patterns.model_api.options.route import Route, Throttle, above_timeout
from constructs_lib.references import OrReference

ACCOUNT_ROLE = "the account's API Gateway logging role"


class AccessLog(Model):
    """The log of requests: one JSON line each, without bodies and keys."""

    retention_days: Annotated[int, checked(log_limits.retention_days)] = 90
    """Days until a line, and one of the execution log, is deleted."""
    fields: Annotated[Mapping[str, Annotated[str, checked(access_log.variable)]], checked(access_log.more_fields)] = {}
    """Further fields, each with its context variable: `{caller: identity.userArn}`."""


_OF_A_NEW_API = (
    *("stage", "routes", "authorization", "reachable_from", "throttle", "access_log", "account_role", "tracing", "waf"),
)


class ModelApiSpec(MonitorSpec):
    """A REST API whose routes are answered by Lambda functions and SageMaker endpoints; or the alarms alone.

    Give `routes`; or `existing`, for a REST API, an HTTP API or a load balancer's target group that is there already.
    """

    OLD_NAMES: ClassVar[Mapping[str, OldName]] = {"limits": OldName("alarms", until=date(2027, 6, 30))}

    pattern: Literal["model_api"] = "model_api"
    existing: ExistingApi | None = None
    """An API that is there already: only the alarms are made."""
    stage: Annotated[str, checked(api_gateway.stage_name)] = "prod"
    """Name of the stage: the first part of every path, and a dimension of every metric."""
    routes: Items[Route] = ()
    """What can be called, and who answers."""
    authorization: Authorization = Authorization(iam=Iam())
    """Who may call: iam (AWS credentials) by default, api_key, cognito, or none with a reason."""
    reachable_from: Reach | None = None
    """From where; from everywhere if left out. With vpc_endpoints the API has no public address at all."""
    throttle: Throttle = Throttle(rate_per_second=100, burst=200)
    """Requests let in, of all callers together. Without it one caller could use up what the account has."""
    access_log: AccessLog = AccessLog()
    """The log of requests."""
    account_role: Literal["managed", "existing"] = "existing"
    """The role API Gateway logs with is one per account and Region. managed: this stack sets it, for every API there,
    and takes it away when it is destroyed. existing: it is there, and nothing is touched."""
    tracing: bool = True
    """X-Ray traces of a sample of the requests."""
    waf: Annotated[str, checked(api_gateway.web_acl), OrReference()] | None = None
    """ARN of a web ACL, of the scope REGIONAL."""
    alarms: ApiAlarms = ApiAlarms()
    """Limits of the alarms."""

    def problems(self) -> Iterator[Problem]:
        """Routes that get in each other's way, and latencies no request reaches."""
        if self.existing is not None:
            yield from self._existing_problems(self.existing)
            return
        if not self.routes:
            yield Problem("no route is given", "add one, or name an `existing` API", path="routes")
            return
        if "healthy_targets" in self.alarms.model_fields_set:
            yield Problem("only a target group has targets", "remove it", path="alarms.healthy_targets")
        yield from self._route_problems()
        timeouts = [route.timeout_milliseconds for route in self.routes]
        for option in ("latency_p99_milliseconds", "integration_latency_p99_milliseconds"):
            if broken := above_timeout(getattr(self.alarms, option), *timeouts):
                yield broken.under(f"alarms.{option}")
        requests = len(self.alarm_filters(""))
        if requests > log_limits.FILTERS:
            yield Problem(
                f"{requests} filters on the access log, and {log_limits.FILTERS} are allowed",
                "set alarms.integration_errors to null, or make two APIs",
                path="routes",
            )

    def _existing_problems(self, api: ExistingApi) -> Iterator[Problem]:
        for field in _OF_A_NEW_API:
            if field in self.model_fields_set:
                yield Problem("has no effect on an API that is there already", "remove it, or `existing`", path=field)
        of_targets = api.target_group is not None
        missing = {
            "throttled_requests": "is counted in the access log of an API that is made here",
            "integration_errors": "is counted in the access log of an API that is made here",
            **({"integration_latency_p99_milliseconds": "is not published of target groups"} if of_targets else {}),
            **({"healthy_targets": "only a target group has targets"} if not of_targets else {}),
        }
        for field, rule in missing.items():
            if field in self.alarms.model_fields_set and getattr(self.alarms, field) is not None:
                watch = "remove it; a log_pattern monitor watches the API's own log" if "log" in rule else "remove it"
                yield Problem(rule, watch, path=f"alarms.{field}")

    def notes(self) -> Iterator[Problem]:
        """What has to be switched on for the alarms to have data, and can't be seen from here."""
        if self.existing is not None and self.existing.routes:
            rule = "are measured only where the stage has detailed metrics; without them these alarms have no data"
            yield Problem(rule, "switch them on in the stage, where they are off", "existing.routes")

    def figures(self, name: str) -> Figures:
        """What AWS publishes of the API; `name` is that of one made here."""
        return of_existing(self.existing) if self.existing is not None else of_our_api(name, self.stage)

    def _route_problems(self) -> Iterator[Problem]:
        seen: set[str] = set()
        parameters: dict[str, str] = {}
        places: set[str] = set()
        for index, route in enumerate(self.routes):
            if route.key in seen:
                yield Problem(f"{route.key} is given twice", "remove one of the two", path=f"routes.{index}")
            seen.add(route.key)
            for prefix in api_gateway.prefixes(route.path):
                places.add(prefix)
                parent, _, segment = prefix.rpartition("/")
                if api_gateway.is_parameter(segment) and parameters.setdefault(parent, segment) != segment:
                    yield Problem(
                        f"{shown(route.path)} has {segment} where another route has {parameters[parent]}, "
                        "and API Gateway has one parameter in each place",
                        f"write {parameters[parent]}",
                        path=f"routes.{index}.path",
                    )
        if len(places) > api_gateway.RESOURCES:
            yield Problem(
                f"the paths have {len(places)} segments, and an API has at most {api_gateway.RESOURCES}",
                "make two APIs, or take the rest of a path with {proxy+}",
                path="routes",
            )

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:
        """The API's name as a dimension, the roles' names, and what belongs to one Region."""
        if self.existing is not None:
            return
        if broken := api_gateway.api_name(name):
            yield broken
        roles = [self.invoke_role_name(name)] if self.has_endpoints else []
        # A stack that holds several APIs names the account's role after itself, which is shorter.
        roles += [names.join(name, "gateway-logs")] if self.account_role == "managed" else []
        yield from (broken for role in roles if (broken := names.role(role)))
        yield from self._elsewhere(environment.region)

    def global_names(self, name: str, environment: Environment) -> tuple[str, ...]:  # noqa: ARG002  (as declared)
        """The role that calls SageMaker endpoints."""
        return (self.invoke_role_name(name),) if self.has_endpoints else ()

    def _elsewhere(self, here: str) -> Iterator[Problem]:
        """What belongs to one Region, and is named by the ARN of another."""
        if self.waf is not None and names.elsewhere(self.waf, here):
            yield Problem(f"{shown(self.waf)} is not in {here}", "name a web ACL of the stack's Region", path="waf")
        for index, route in enumerate(self.routes):
            if route.function is not None and names.elsewhere(route.function, here):
                yield Problem(
                    f"{shown(route.function)} is not in {here}, and neither is called from here nor lets itself be",
                    "name a function of the stack's Region",
                    path=f"routes.{index}.lambda",
                )

    def log_queries(self, name: str) -> tuple[LogQuery, ...]:
        """Requests that failed, in the access log."""
        if self.existing is not None:
            return ()
        fields = "@timestamp, httpMethod, resourcePath, status, errorMessage, integrationError, requestId"
        title, group = f"Newest failed requests of {name}", self.access_log_name(name)
        return (LogQuery(title=title, group=group, condition="status like /^5/", fields=fields),)

    def claims(self) -> Mapping[str, str]:
        """The account's logging role, where it is managed."""
        if self.account_role == "existing" or self.existing is not None:
            return {}
        return {ACCOUNT_ROLE: "let one stack manage it, and write `account_role: existing` in the others"}

    def alarm_filters(self, name: str) -> dict[str, MetricFilter]:
        """Metric filters of the access log, by the key of the alarm on each."""
        if self.existing is not None:
            return {}
        found = {"throttled": access_log.throttled()} if self.alarms.throttled_requests is not None else {}
        for route in self.routes if self.alarms.integration_errors is not None else ():
            others = tuple(other.method for other in self.routes if other.path == route.path and other != route)
            pattern = access_log.integration_failed(route.path, route.method, other_methods=others)
            found[names.join("integration-errors", route.name)] = pattern
        return {
            # Zero in quiet minutes that had other requests: the alarm is over as soon as the trouble is.
            key: MetricFilter(name=key, pattern=pattern, metric_name=names.join(name, key), default_value=0)
            for key, pattern in found.items()
        }

    @property
    def has_endpoints(self) -> bool:
        """Whether a SageMaker endpoint answers any of the routes."""
        return any(route.sagemaker_endpoint is not None for route in self.routes)

    @property
    def is_private(self) -> bool:
        """Whether it is reached through VPC endpoints only."""
        return self.reachable_from is not None and bool(self.reachable_from.vpc_endpoints)

    def makes(self, name: str) -> Exports:
        """The access log, for log patterns of one's own; and what fails, for objectives."""
        api = self.figures(name)
        of_api, called = api.of(60), self.existing.called if self.existing is not None else f"API {name}"
        counts = {"errors": of_api(api.failed, "Sum"), "requests": of_api(api.requests, "Sum")}
        outcomes = Outcomes(counts, bad="errors", total="requests", words=f"requests of {called}")
        if self.existing is not None:
            return {"outcomes": outcomes}
        return {"log_group": self.access_log_name(name), "outcomes": outcomes}

    def access_log_name(self, name: str) -> str:
        """Name of the log group of requests."""
        return f"/aws/apigateway/{name}/{self.stage}"

    @staticmethod
    def invoke_role_name(name: str) -> str:
        """Name of the role API Gateway calls endpoints with."""
        return names.join(name, "invoke")
