"""Every example of AWS's page on filter patterns, with the result it states, as a deployed filter would answer.

The page is "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail", with the
pages it was split into in 2025; examples of its earlier versions (awsdocs/amazon-cloudwatch-logs-user-guide) are here
too.
Lines that must not match are the page's where it has some, and ours where it has none.
"""

from __future__ import annotations

import pytest

from constructs_lib.filter_pattern import FilterPatternError, parse, parse_deployed

BAD, UNAUTHORIZED = "[ERROR 400] BAD REQUEST", "[ERROR 401] UNAUTHORIZED REQUEST"
MISSING, INVALID = "[ERROR 419] MISSING ARGUMENTS", "[ERROR 420] INVALID ARGUMENTS"
LINES = (BAD, UNAUTHORIZED, MISSING, INVALID)
INTERNAL = "[ERROR 500] INTERNAL SERVER ERROR"
BOTH, ERROR_ONLY, WARN_ONLY = "ERROR WARN message", "ERROR message", "WARN message"

WORDS_IN_A_ROW = [
    ("ERROR ARGUMENTS", (MISSING, INVALID), (BAD, UNAUTHORIZED)),
    ("ERROR WARN", (BOTH,), (ERROR_ONLY, WARN_ONLY)),
    ("ERROR Exception", ("[ERROR] Caught IllegalArgumentException", "[ERROR] Unhandled Exception"), (BAD,)),
    (
        "Failed to process the request",
        ("[WARN] Failed to process the request", "[ERROR] Unable to continue: Failed to process the request"),
        ("[WARN] Failed to process",),
    ),
]
IGNORED_TERMS = [
    (
        "?ERROR ?ARGUMENTS REQUEST",
        ("[INFO] REQUEST FAILED", "[WARN] UNAUTHORIZED REQUEST", "[ERROR] 400 BAD REQUEST"),
        (MISSING,),
    ),
]
TEXT = [
    ("", LINES, ()),
    # The page says that `" "` matches everything. The service finds what holds a blank (test_observed.py).
    ('" "', LINES, ()),
    ("ERROR", LINES, ("[INFO 200] OK", "[error 400] bad request")),
    ("ERROR", ("[ERROR] A fatal exception has occurred", "Exiting with ERRORCODE: -1"), ()),
    ("ERROR -Exiting", ("[ERROR] A fatal exception has occurred",), ("Exiting with ERRORCODE: -1",)),
    ('"INTERNAL SERVER ERROR"', (INTERNAL,), ("[ERROR 500] INTERNAL ERROR OF A SERVER", BAD)),
    ("?ERROR ?ARGUMENTS", (*LINES, "[INFO] INVALID ARGUMENTS PROVIDED"), ("[INFO 200] OK",)),
    ("?ERROR ?WARN", (BOTH, ERROR_ONLY, WARN_ONLY), ("message",)),
    ("ERROR -ARGUMENTS", (BAD, UNAUTHORIZED), (MISSING, INVALID)),
    ("ERROR -WARN", (ERROR_ONLY,), (BOTH, WARN_ONLY)),
    ("%AUTHORIZED%", (UNAUTHORIZED, "[SUCCESS 200] AUTHORIZED REQUEST"), (BAD,)),
]

REGEX = [
    (r"%^[hc]at%", ("hat", "cat and dog"), ("the hat", "bat")),
    (r"%[hc]at$%", ("the hat", "cat"), ("hat stand", "bat")),
    (r"%colou?r%", ("color", "colour"), ("colouur",)),
    (r"%[abc]%", ("xax", "b", "c"), ("xyz", "")),
    (r"%[a-z]%", ("A1b",), ("A1B",)),
    (r"%[abcx-z]%", ("a", "b", "c", "x", "-y-", "z"), ("-w-",)),
    (r"%a{3,5}% ", ("aaa", "aaaa", "aaaaa"), ("aa",)),
    (r"%^a{3,}$%", ("aaa", "aaaaaa"), ("aa",)),
    (r"%^a{,2}$%", ("", "aa"), ("aaa",)),
    (r"%gra|ey%", ("gray", "grey"), ("gry",)),
    (
        r"%^starting|^initializing|^shutting down%",
        ("starting ...", "initializing ...", "shutting down"),
        ("skipping initializing ...", "restarting"),
    ),
    (r"%abcc|ab[^c]$%", ("abcc ...", "... aba"), ("aac ...", "abc")),
    (r"%10\.10\.0\.1%", ("from 10.10.0.1",), ("10010,051",)),
    (r"%10.10.0.1%", ("10.10.0.1", "10010,051"), ("10100.1",)),
    (r"%\[.\]%", ("[a]", "[b]", "x[7]", "[@]", "[]]", "[ ]"), ("[ab]", "a")),
    (r" %ab*c% ", ("ac", "abc", "abbbc"), ("adc",)),
    (r"%ab[0-9]*%", ("ab", "ab0", "ab129"), ("a0",)),
    (r"%ab+c%", ("abc", "abbc", "abbbc"), ("ac",)),
    (r"%.at%", ("hat", "cat", "bat", "4at", "#at", " at"), ("at",)),
    (r"%\d%", ("4",), ("four",)),
    (r"%[0-9]%", ("4",), ("four",)),
    (r"%\D%", ("x",), ("4",)),
    (r"%[^0-9]%", ("x",), ("4",)),
    (r"%\s%", ("a b", "a\tb", "a\nb"), ("ab",)),
    (r"%\S%", ("a",), (" \t\n",)),
    (r"%\w%", ("_", "z", "0"), ("-",)),
    (r"%[a-zA-Z_0-9]%", ("_", "z", "0"), ("-",)),
    (r"%\W%", ("-",), ("_", "z", "0")),
    (r"%[^a-zA-Z_0-9]%", ("-",), ("_", "z", "0")),
    (r"%\x3A%", ("key:value",), ("key=value",)),
    (r"%\x28%", ("f(x)",), ("f[x]",)),
    (r"%\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}%", ("from 10.10.0.1",), ("from 10.10.0",)),
    (r"%[Ee]rror|[Ff]ail%", ("Error", "an error", "Failed", "fail"), ("ERROR",)),
]

EVENT = """{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
 "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "cluster.name": "c"}"""
COMPOUND = """{"user": {"id": 1, "email": "John.Stiles@example.com"},
 "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
 "actions": ["GET", "PUT", "DELETE"], "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]}"""
NUMBERS = """{"bandwidth": 80, "latency": 30, "refreshRate": 60, "responseTime": 4, "errorCode": 400,
 "number": [1000, 0.001], "ThisFlag": true, "users": [1, 2, 3], "processes": [0, 1, 2, 3, {"averageRuntime": 55.5}]}"""

JSON = [
    ('{ $.eventType = "UpdateTrail" }', EVENT, True),
    ("{ $.sourceIPAddress != 123.123.* }", EVENT, True),
    ('{ $.arrayKey[0] = "value" }', EVENT, True),
    ("{ $.eventType = %Trail% }", EVENT, True),
    ("{ $.arrayKey[*] = %val.{2}% }", EVENT, True),
    (r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }", EVENT, True),
    ("{ $.['cluster.name'] = \"c\" }", EVENT, True),
    ("{ $.objectList[1].id = 2 }", EVENT, True),
    ("{ $.SomeObject IS NULL }", EVENT, True),
    ("{ $.SomeOtherObject NOT EXISTS }", EVENT, True),
    ('{ $.eventType = "*" && $.sourceIPAddress != 123.123.* }', EVENT, True),
    ("{ $.ThisFlag IS TRUE }", NUMBERS, True),
    ("{ $.bandwidth > 75 }", NUMBERS, True),
    ("{ $.latency < 50 }", NUMBERS, True),
    ("{ $.refreshRate >= 60 }", NUMBERS, True),
    ("{ $.responseTime <= 5 }", NUMBERS, True),
    ("{ $.errorCode = 400}", NUMBERS, True),
    ("{ $.errorCode != 500 }", NUMBERS, True),
    ("{ $.number[0] = 1e+3 }", NUMBERS, True),
    ("{ $.number[0] != 1e-3 }", NUMBERS, True),
    ("{ $.number[0] < 10e3 }", NUMBERS, True),
    ("{ $.number[1] < 10e-3 }", NUMBERS, True),
    ("{ $.processes[4].averageRuntime <= 55.5 }", NUMBERS, True),
    ("{ $.errorCode = 4* }", NUMBERS, True),
    ("{ $.latency >= 500 }", NUMBERS, False),
    ("{ $.latency > +1000 }", NUMBERS, False),
    ("{ $.users = 1 }", NUMBERS, False),
    ("{ $.users != 1 }", NUMBERS, False),
    ("{ $.foo = bar }", '{"foo": "bar"}', True),
    ("{ $.foo = baz }", '{"foo": "bar"}', False),
    ("{ $.foo = bar || $.foo = baz }", '{"foo": "baz"}', True),
    ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', COMPOUND, True),
    ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', COMPOUND, False),
    (
        '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
        COMPOUND,
        True,
    ),
    (
        (
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch")'
            ' && $.actions[2] = "nonmatch" }'
        ),
        COMPOUND,
        False,
    ),
]

APACHE = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
ACCESS_LOG = (
    '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534',
    '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /apache_pb.gif HTTP/1.0" 500 5324',
    '127.0.0.1 - frank [10/Oct/2000:13:50:35 -0700] "GET /apache_pb.gif HTTP/1.0" 200 4355',
)
INFO_GET = "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200"
INFO_POST = "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310"
WARNING = "WARNING 09/25/2014 12:00:02 Invalid user request"
ERROR = "ERROR 09/25/2014 12:00:02 Failed to process request"

DELIMITED = [
    ("[ip, user, username, timestamp, request, status_code, bytes]", (APACHE, *ACCESS_LOG), ("127.0.0.1 Prod",)),
    ("[..., status_code, bytes]", ACCESS_LOG, ("200",)),
    ("[ip, user, ..., status_code, bytes]", (APACHE, *ACCESS_LOG), ("a b c",)),
    ("[ip, user, ...]", (APACHE, "a b"), ("a",)),
    ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", ACCESS_LOG, (APACHE[:-4] + "900",)),
    (
        "[ip, user, username, timestamp, request, status_code = 200, bytes]",
        (ACCESS_LOG[0], ACCESS_LOG[2]),
        (APACHE, ACCESS_LOG[1]),
    ),
    ("[ip, user, username, timestamp, request, status_code = 4*, bytes]", (APACHE,), ACCESS_LOG),
    ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", (APACHE,), ACCESS_LOG),
    ("[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", (APACHE,), ACCESS_LOG),
    (
        r"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
        (APACHE, APACHE.replace("0.1", "0.9")),
        (APACHE.replace("127", "128"), APACHE.replace("html", "gif"), APACHE.replace("404", "200")),
    ),
    ("[..., request =*.html*, status_code = 4*, bytes]", (APACHE,), (APACHE.replace("404", "200"),)),
    ("[..., request=*.html*, status_code=4*,]", (APACHE,), (APACHE.replace("html", "gif"),)),
    (
        "[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]",
        (APACHE, APACHE.replace("404", "410")),
        (APACHE.replace("404", "403"),),
    ),
    (
        "[ip, user, username, timestamp, request, status_code = 4* && status_code != 403, bytes]",
        (APACHE,),
        (APACHE.replace("404", "403"),),
    ),
    ("[w1=ERROR, w2]", (ERROR,), (INFO_GET, INFO_POST, WARNING)),
    ("[w1=ERROR, w2]", (BOTH, ERROR_ONLY), (WARN_ONLY,)),
    ("[w1=ERROR || w1=WARN, w2]", (ERROR_ONLY, WARN_ONLY), (INFO_GET,)),
    ("[w1=ERROR || w1=WARNING, w2]", (ERROR, WARNING), (INFO_GET, INFO_POST)),
    ("[w1!=ERROR && w1!=WARNING, w2]", (INFO_GET, INFO_POST), (ERROR, WARNING)),
    ("[w1=ERROR || w1=%WARN%, w2]", (ERROR, WARNING), (INFO_GET,)),
    (
        "[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]",
        (INFO_GET,),
        (INFO_POST, WARNING, ERROR),
    ),
    (
        "[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, response_time]",
        (INFO_POST,),
        (INFO_GET, WARNING),
    ),
]


@pytest.mark.parametrize(("text", "matching", "others"), WORDS_IN_A_ROW + IGNORED_TERMS + TEXT + REGEX + DELIMITED)
def test_lines_it_matches_and_ignores(text: str, matching: tuple[str, ...], others: tuple[str, ...]) -> None:
    pattern = parse_deployed(text)
    assert [line for line in (*matching, *others) if pattern.matches(line)] == list(matching)


@pytest.mark.parametrize(("text", "event", "expected"), JSON)
def test_json_event(text: str, event: str, expected: bool) -> None:
    assert parse_deployed(text).matches(event) is expected


@pytest.mark.parametrize("text", [example[0] for example in TEXT + REGEX + DELIMITED + JSON])
def test_what_the_page_shows_may_be_configured(text: str) -> None:
    assert parse(text) == parse_deployed(text)


@pytest.mark.parametrize("text", [example[0] for example in WORDS_IN_A_ROW + IGNORED_TERMS])
def test_but_for_two_kinds_that_nearly_always_mean_something_else(text: str) -> None:
    assert parse_deployed(text).advice
    with pytest.raises(FilterPatternError):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "%something!%",
        # An earlier version had this; the service refused it (awsdocs/amazon-cloudwatch-logs-user-guide#21).
        "[ip, user, username, timestamp, request, status_code = 4* && bytes > 1000]",
    ],
)
def test_what_the_service_refuses(text: str) -> None:
    with pytest.raises(FilterPatternError):
        parse_deployed(text)


def test_fields_that_it_extracts() -> None:
    pattern = parse("[ip, server, username, timestamp, request, status_code, bytes > 1000]")
    assert {field: pattern.text_of(field, APACHE) for field in pattern.fields} == {
        "$ip": "127.0.0.1",
        "$server": "Prod",
        "$username": "frank",
        "$timestamp": "10/Oct/2000:13:25:15 -0700",
        "$request": "GET /index.html HTTP/1.0",
        "$status_code": "404",
        "$bytes": "1534",
    }
    assert parse("{ $.latency = * }").value_of("$.latency", '{"latency": 50, "requestType": "GET"}') == 50


CLOUDTRAIL = [
    '{($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*")}',
    '{ ($.eventName = ConsoleLogin) && ($.additionalEventData.MFAUsed != "Yes") }',
    '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
    "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}",
    "{($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = DeleteBucketPolicy))}",
]
OTHERS = [
    '[timestamp=*Z, request_id="*-*", event]',  # Lambda
    '[version, account, eni, src, dst, srcport, dstport="22", protocol="6", n, bytes, start, end, action=REJECT, s]',
]


@pytest.mark.parametrize("text", CLOUDTRAIL + OTHERS)
def test_patterns_of_other_aws_pages_may_be_configured(text: str) -> None:
    """Security Hub's CloudTrail controls (CIS AWS Foundations Benchmark), Lambda, VPC flow logs."""
    assert parse(text).kind in ("json", "delimited")
