"""What AWS advises for load balancers, APIs, networks, names and certificates."""

from __future__ import annotations

import re
from collections.abc import Mapping

from constructs_lib.aws.advice.compute import ADVICE
from constructs_lib.aws.advice.facts import Advice, Dimension, Kind, Only, is_one_of, says

_ALB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html"
_NLB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html"
_GLOBAL = "us-east-1"

_UNHEALTHY = (
    "targets that fail their health check",
    "Fewer targets do the work; without a healthy one all callers get errors",
    "Open the target group: it says why each target is unhealthy",
)
_TARGETS = (
    Dimension("LoadBalancer", "load_balancer", "listener.arn_suffix"),
    Dimension("TargetGroup", "target_group", "arn_suffix"),
)
_SLOW = "Look for what became slow: the last deployment, a service behind it, too little of it"
_REFUSED = "Look for one caller or route that gets them all, and compare with the last deployment"
_LOGS = "Read the access log for the route and the error, then the log of what is behind it"
_QUIET = Only("of an API that is called all the time")

# fmt: off
KINDS: Mapping[str, tuple[Kind, ...]] = {
    "aws_lb": (
        Kind(
            thing="Application Load Balancer",
            namespace="AWS/ApplicationELB",
            dimensions=(Dimension("LoadBalancer", "load_balancer", "arn_suffix"),),
            page=_ALB,
            look=re.compile("app/"),
            when=is_one_of("load_balancer_type", None, "application"),
            alarms=(
                Advice("target-errors", "HTTPCode_Target_5XX_Count", "", "answers 5XX of the targets",
                    "Callers do not get what they asked for", _LOGS,
                    facts=says("Sum", "above", None, (5, 5, 60))),
                Advice("errors", "HTTPCode_ELB_5XX_Count", "", "answers 5XX of the load balancer itself",
                    "Callers get an error though no target was asked, or none answered",
                    "Look at the targets' health first: 502 and 504 are theirs, 503 says that there is none",
                    facts=says("Sum", "above", None, (5, 5, 60))),
                Advice("latency", "TargetResponseTime", "seconds", "p90 of the time targets take to answer",
                    "Callers wait", _SLOW, floor=True,
                    facts=says("p90", "above", None, (5, 5, 60))),
            ),
        ),
        Kind(
            thing="Network Load Balancer",
            namespace="AWS/NetworkELB",
            dimensions=(Dimension("LoadBalancer", "load_balancer", "arn_suffix"),),
            page=_NLB,
            look=re.compile("net/"),
            when=is_one_of("load_balancer_type", "network"),
            alarms=(
                Advice("ports", "PortAllocationErrorCount", "", "connections without a free port",
                    "New connections to the targets fail",
                    "Add targets, or addresses to the load balancer",
                    facts=says("Sum", "above", 0, (5, 5, 60))),
            ),
        ),
    ),
    "aws_lb_target_group": (
        Kind(
            thing="target group of an Application Load Balancer",
            namespace="AWS/ApplicationELB",
            dimensions=_TARGETS,
            page=_ALB,
            look=re.compile("app/"),
            when=is_one_of("protocol", "HTTP", "HTTPS"),
            alarms=(Advice("unhealthy", "UnHealthyHostCount", "", *_UNHEALTHY,
                facts=says("Maximum", "above", 0, (5, 5, 60))),),
        ),
        Kind(
            thing="target group of a Network Load Balancer",
            namespace="AWS/NetworkELB",
            dimensions=_TARGETS,
            page=_NLB,
            look=re.compile("net/"),
            when=is_one_of("protocol", "TCP", "TLS", "UDP", "TCP_UDP"),
            alarms=(Advice("unhealthy", "UnHealthyHostCount", "", *_UNHEALTHY,
                facts=says("Maximum", "above", 0, (5, 5, 60))),),
        ),
    ),
    "aws_api_gateway_stage": (
        Kind(
            thing="stage of a REST API",
            namespace="AWS/ApiGateway",
            dimensions=(Dimension("ApiName", "api", "rest_api_id.name"), Dimension("Stage", "stage", "stage_name")),
            page=ADVICE,
            elsewhere="model_api",
            alarms=(
                Advice("client-errors", "4XXError", "percent", "calls that end in a 4XX",
                    "Callers are refused: their requests, keys or permissions are wrong, or too many", _REFUSED,
                    factor=100, floor=True, label="the share of calls of {subject} that end in a 4XX"),
                Advice("server-errors", "5XXError", "percent", "calls that end in a 5XX",
                    "Callers do not get what they asked for", _LOGS,
                    factor=100, floor=True, label="the share of calls of {subject} that end in a 5XX"),
                Advice("latency", "Latency", "milliseconds", "p90 of the time a call takes",
                    "Callers wait", _SLOW, floor=True),
                Advice("calls", "Count", "", "calls",
                    "What calls it has stopped, or no longer reaches it",
                    "Look at the callers, then at the API's name, certificate and last deployment",
                    only=_QUIET),
            ),
        ),
    ),
    "aws_apigatewayv2_stage": (
        Kind(
            thing="stage of an HTTP API",
            namespace="AWS/ApiGateway",
            dimensions=(Dimension("ApiId", "api", "api_id"), Dimension("Stage", "stage", "name")),
            page=ADVICE,
            when=is_one_of("api_id.protocol_type", None, "HTTP"),
            alarms=(
                Advice("client-errors", "4xx", "percent", "calls that end in a 4xx",
                    "Callers are refused: their requests, tokens or permissions are wrong, or too many", _REFUSED,
                    factor=100, floor=True, label="the share of calls of {subject} that end in a 4xx"),
                Advice("server-errors", "5xx", "percent", "calls that end in a 5xx",
                    "Callers do not get what they asked for", _LOGS,
                    factor=100, floor=True, label="the share of calls of {subject} that end in a 5xx"),
                Advice("latency", "Latency", "milliseconds", "p90 of the time a call takes",
                    "Callers wait", _SLOW, floor=True),
                Advice("integration-latency", "IntegrationLatency", "milliseconds",
                    "p90 of the time that what is behind it takes",
                    "Callers wait for what is behind the API", _SLOW, floor=True),
                Advice("calls", "Count", "", "calls",
                    "What calls it has stopped, or no longer reaches it",
                    "Look at the callers, then at the API's name, certificate and last deployment",
                    only=_QUIET),
            ),
        ),
    ),
    "aws_nat_gateway": (
        Kind(
            thing="NAT gateway",
            namespace="AWS/NATGateway",
            dimensions=(Dimension("NatGatewayId", "gateway", "id"),),
            page=ADVICE,
            alarms=(
                Advice("ports", "ErrorPortAllocation", "", "connections without a free port",
                    "New connections to one popular destination fail",
                    "Find the client that opens so many; add addresses to the gateway, or reach AWS through endpoints"),
                Advice("dropped", "PacketsDropCount", "", "packets dropped; 0.01 % of the traffic is a limit",
                    "Connections through it stall",
                    "Look at the AWS Health Dashboard; move the traffic to another gateway if it goes on"),
            ),
        ),
    ),
    "aws_vpn_connection": (
        Kind(
            thing="VPN connection",
            namespace="AWS/VPN",
            dimensions=(Dimension("VpnId", "vpn", "id"),),
            page=ADVICE,
            alarms=(
                Advice("tunnel-down", "TunnelState", "", "tunnels that are up, as a share",
                    "The connection hangs by the other tunnel, or by none",
                    "Read the tunnel's log, and ask whoever runs the other end"),
            ),
        ),
    ),
    "aws_cloudfront_distribution": (
        Kind(
            thing="CloudFront distribution",
            namespace="AWS/CloudFront",
            dimensions=(Dimension("DistributionId", "distribution", "id"), Dimension("Region", value="Global")),
            page=ADVICE,
            region=_GLOBAL,
            alarms=(
                Advice("server-errors", "5xxErrorRate", "percent", "requests that end in a 5xx",
                    "Viewers do not get what they asked for",
                    "Look at the origin: its health, its certificate, its timeout"),
                Advice("origin-latency", "OriginLatency", "milliseconds", "p90 of the time the origin takes",
                    "Viewers wait, and soon get 504s", _SLOW,
                    only=Only("with additional metrics switched on")),
            ),
        ),
    ),
    "aws_route53_health_check": (
        Kind(
            thing="health check",
            namespace="AWS/Route53",
            dimensions=(Dimension("HealthCheckId", "health_check", "id"),),
            page=ADVICE,
            region=_GLOBAL,
            alarms=(
                Advice("unhealthy", "HealthCheckStatus", "", "1 while the endpoint is healthy",
                    "The endpoint does not answer, and traffic may go elsewhere",
                    "Open the health check: it says what the checkers saw, and from where"),
            ),
        ),
    ),
    "aws_acm_certificate": (
        Kind(
            thing="certificate",
            namespace="AWS/CertificateManager",
            dimensions=(Dimension("CertificateArn", "certificate", "arn"),),
            page=ADVICE,
            alarms=(
                Advice("expires", "DaysToExpiry", "days", "days until it expires",
                    "Whoever connects will be warned, or refused",
                    "See why it was not renewed: a DNS record that is gone, or a certificate that was imported"),
            ),
        ),
    ),
    "aws_cognito_user_pool_client": (
        Kind(
            thing="client of a user pool",
            namespace="AWS/Cognito",
            dimensions=(
                Dimension("UserPool", "user_pool", "user_pool_id"),
                Dimension("UserPoolClient", "client", "id"),
            ),
            page=ADVICE,
            alarms=(
                Advice("sign-up-throttled", "SignUpThrottles", "", "throttled sign-ups",
                    "New users are turned away",
                    "Look for bots; then ask AWS for a higher quota"),
                Advice("sign-in-throttled", "SignInThrottles", "", "throttled sign-ins",
                    "Users are turned away",
                    "Look for one caller that signs in again and again; then ask AWS for a higher quota"),
                Advice("refresh-throttled", "TokenRefreshThrottles", "", "throttled token refreshes",
                    "Users are signed out",
                    "Let clients keep a token for its life; then ask AWS for a higher quota"),
            ),
        ),
    ),
}
