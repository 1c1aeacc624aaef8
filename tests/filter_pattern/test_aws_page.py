"""Every example of the AWS page "Filter pattern syntax for metric filters, subscription filters, …", with its matches.

The one thing the page allows and the parser does not is bare words in a row (`ERROR ARGUMENTS`): they are tried quoted.
"""

from __future__ import annotations

import pytest

from constructs_lib.filter_pattern import parse

BAD, UNAUTHORIZED = "[ERROR 400] BAD REQUEST", "[ERROR 401] UNAUTHORIZED REQUEST"
MISSING, INVALID = "[ERROR 419] MISSING ARGUMENTS", "[ERROR 420] INVALID ARGUMENTS"
LINES = (BAD, UNAUTHORIZED, MISSING, INVALID)
INTERNAL = "[ERROR 500] INTERNAL SERVER ERROR"

TEXT = [
    ("", LINES, ()),
    (" ", LINES, ()),
    ("ERROR", LINES, ("[INFO 200] OK", "[error 400] bad request")),
    ('"ERROR" "ARGUMENTS"', (MISSING, INVALID), (BAD, UNAUTHORIZED)),
    ('"INTERNAL SERVER ERROR"', (INTERNAL,), ("[ERROR 500] INTERNAL ERROR OF A SERVER", BAD)),
    ("?ERROR ?ARGUMENTS", LINES, ("[INFO 200] OK",)),
    ("ERROR -ARGUMENTS", (BAD, UNAUTHORIZED), (MISSING, INVALID)),
    ("%AUTHORIZED%", (UNAUTHORIZED, "[SUCCESS 200] AUTHORIZED REQUEST"), (BAD,)),
]

REGEX = [
    (r"%^[hc]at%", ("hat", "cat and dog"), ("the hat", "bat")),
    (r"%[hc]at$%", ("the hat", "cat"), ("hat stand", "bat")),
    (r"%colou?r%", ("color", "colour"), ("colouur",)),
    (r"%[abc]%", ("xax", "c"), ("xyz", "")),
    (r"%[a-z]%", ("A1b",), ("A1B",)),
    (r"%[abcx-z]%", ("-y-",), ("-w-",)),
    (r"%a{3,5}%", ("aaa", "aaaaa"), ("aa",)),
    (r"%gra|ey%", ("gray", "grey"), ("gry",)),
    (r"%^starting|^initializing|^shutting down%", ("shutting down now",), ("skipping initializing", "restarting")),
    (r"%10\.10\.0\.1%", ("from 10.10.0.1",), ("10010,051",)),
    (r"%10.10.0.1%", ("10.10.0.1", "10010,051"), ("10100.1",)),
    (r"%\[.\]%", ("[a]", "x[7]"), ("[ab]", "a")),
    (r"%ab*c%", ("ac", "abc", "abbbc"), ("adc",)),
    (r"%ab+c%", ("abc", "abbc"), ("ac",)),
    (r"%.at%", ("hat", "4at"), ("at",)),
    (r"%\d%", ("4",), ("four",)),
    (r"%\D%", ("x",), ("4",)),
    (r"%\s%", ("a b", "a\tb", "a\nb"), ("ab",)),
    (r"%\S%", ("a",), (" \t",)),
    (r"%\w%", ("_",), ("-",)),
    (r"%\W%", ("-",), ("_",)),
    (r"%\x3A%", ("key:value",), ("key=value",)),
    (r"%\x28%", ("f(x)",), ("f[x]",)),
]

EVENT = """{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
 "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "cluster.name": "c"}"""
COMPOUND = """{"user": {"id": 1, "email": "John.Stiles@example.com"},
 "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
 "actions": ["GET", "PUT", "DELETE"], "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]}"""
NUMBERS = """{"bandwidth": 80, "latency": 30, "refreshRate": 60, "responseTime": 4, "errorCode": 400,
 "number": [0.001, 1000], "ThisFlag": true, "users": [1, 2, 3]}"""

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
    ("{ $.ThisFlag IS TRUE }", NUMBERS, True),
    ("{ $.bandwidth > 75 }", NUMBERS, True),
    ("{ $.latency < 50 }", NUMBERS, True),
    ("{ $.refreshRate >= 60 }", NUMBERS, True),
    ("{ $.responseTime <= 5 }", NUMBERS, True),
    ("{ $.errorCode = 400}", NUMBERS, True),
    ("{ $.errorCode != 500 }", NUMBERS, True),
    ("{ $.number[0] = 1e-3 }", NUMBERS, True),
    ("{ $.number[0] != 1e+3 }", NUMBERS, True),
    ("{ $.errorCode = 4* }", NUMBERS, True),
    ("{ $.latency > +1000 }", NUMBERS, False),
    ("{ $.users = 1 }", NUMBERS, False),
    ("{ $.users != 1 }", NUMBERS, False),
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
INFO_GET = "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200"
INFO_POST = "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310"
WARNING = "WARNING 09/25/2014 12:00:02 Invalid user request"
ERROR = "ERROR 09/25/2014 12:00:02 Failed to process request"

DELIMITED = [
    ("[ip, user, username, timestamp, request, status_code, bytes]", (APACHE,), ("127.0.0.1 Prod",)),
    ("[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", (APACHE,), ()),
    (
        r"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
        (APACHE,),
        (APACHE.replace("127", "128"),),
    ),
    ("[..., request =*.html*, status_code = 4*, bytes]", (APACHE,), (APACHE.replace("404", "200"),)),
    ("[..., request =*.html*, status_code = 4*,]", (APACHE,), (APACHE.replace("html", "gif"),)),
    ("[ip, user, ..., status_code, bytes]", (APACHE,), ("a b c",)),
    ("[ip, user, ...]", (APACHE, "a b"), ("a",)),
    (
        "[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]",
        (APACHE, APACHE.replace("404", "410")),
        (APACHE.replace("404", "403"),),
    ),
    ("[..., status_code = 4* && status_code != 403, bytes]", (APACHE,), (APACHE.replace("404", "403"),)),
    ("[ip, server, username, timestamp, request, status_code, bytes > 1000]", (APACHE,), (APACHE[:-4] + "900",)),
    ("[w1=ERROR, w2]", (ERROR,), (INFO_GET, INFO_POST, WARNING)),
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


@pytest.mark.parametrize(("text", "matching", "others"), TEXT + REGEX + DELIMITED)
def test_lines_it_matches_and_ignores(text: str, matching: tuple[str, ...], others: tuple[str, ...]) -> None:
    pattern = parse(text)
    assert [line for line in (*matching, *others) if pattern.matches(line)] == list(matching)


@pytest.mark.parametrize(("text", "event", "expected"), JSON)
def test_json_event(text: str, event: str, expected: bool) -> None:
    assert parse(text).matches(event) is expected
