"""What the service itself answered.

The expected matches are recorded answers of TestMetricFilter (and, the same, of FilterLogEvents) in us-east-1, captured
in September 2026 by the emulator project radkawar/stackd (testdata/aws/logs/filters.json, metric_filters.json and
metric_filter_extractors.json there). They settle what the AWS page leaves open. The last three refusals are
"Invalid character(s) in term" as others met it.
"""

from __future__ import annotations

import pytest

from constructs_lib.filter_pattern import FilterPatternError, parse, parse_deployed

TERMS = (
    "ERROR ARGUMENTS REQUEST",
    "INFO REQUEST",
    "error arguments request",
    "ERROR INTERNAL  SERVER ERROR",
    "TERROR REQUEST",
    "ERROR-REQUEST",
    "ERROR\nARGUMENTS",
    "plain",
    "hello-world",
    " ",
    "ARGUMENTS ERROR",
)
SCALARS = (
    "{}",
    '{"v":null}',
    '{"v":"null"}',
    '{"v":true}',
    '{"v":false}',
    '{"v":"true"}',
    '{"v":0}',
    '{"v":1}',
    '{"v":1.0}',
    '{"v":1e0}',
    '{"v":"1"}',
    '{"v":"1.0"}',
    '{"v":-1}',
    '{"v":1.5}',
    '{"v":10}',
    '{"v":"10"}',
    '{"v":"Alpha"}',
    '{"v":"alpha"}',
    '{"v":"Alphabet"}',
    '{"v":"xAlpha"}',
    '{"v":""}',
    '{"v":[]}',
    '{"v":{}}',
    '{"v":[1,"Alpha",null]}',
    '{"v":1,"v":2}',
    '{"v":2,"v":1}',
    "not JSON",
    '[{"v":1}]',
    "{broken",
)
PATHS = (
    (
        '{"nested":{"value":"hit"},"cluster.name":"flat","cluster":{"name":"nested"},'
        '"items":[{"a":1,"b":0},{"a":0,"b":2}],"arr":["miss","hit"],"a":1,"b":0,"c":0}'
    ),
    '{"nested":{"value":null},"arr":"hit","a":0,"b":0,"c":3}',
    '{"nested":{"value":"null"},"other":"hit"}',
    '{"nested.value":"hit","arr":[["hit"]]}',
    '{"arr":["hit","hit"],"items":[{"a":1},{"b":2}]}',
    '{"arr":{"0":"hit"},"nested":[{"value":"hit"}]}',
    '{"nested":{},"arr":[],"a":1,"b":2,"c":3}',
)
WORDS = (
    '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
    '127.0.0.2 - jane [10/Oct/2000:13:25:16 -0700] "GET /index.html HTTP/1.0" 410 0',
    '127.0.0.5  -  frank [10/Oct/2000:13:25:19 -0700] "GET /index.html HTTP/1.0" 404 1534 extra',
    '127.0.0.6\t-\tfrank\t[10/Oct/2000:13:25:20 -0700]\t"GET /index.html HTTP/1.0"\t404\t1534',
    "ERROR request failed",
    "ERROR",
    'ERROR "two words"',
    'ERROR "unterminated words',
)

MATCHES: list[tuple[str, tuple[str, ...], list[int]]] = [
    ('" "', TERMS, [0, 1, 2, 3, 4, 9, 10]),
    ("ERROR", TERMS, [0, 3, 4, 5, 6, 10]),
    ("ERROR ARGUMENTS", TERMS, [0, 6, 10]),
    ("?ERROR ?ARGUMENTS", TERMS, [0, 3, 4, 5, 6, 10]),
    ("?ERROR ?ARGUMENTS REQUEST", TERMS, [0, 1, 4, 5]),
    ("?ERROR ?ARGUMENTS -REQUEST", TERMS, [2, 3, 6, 7, 8, 9, 10]),
    ("-ERROR", TERMS, [1, 2, 7, 8, 9]),
    ("error", TERMS, [2]),
    ('"INTERNAL SERVER ERROR"', TERMS, []),
    ('"hello-world"', TERMS, [8]),
    ("{ $.v = 1 }", SCALARS, [7, 8, 9, 10, 25]),
    ("{ $.v != 1 }", SCALARS, [2, 5, 6, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 24]),
    ("{ $.v > 1 }", SCALARS, [13, 14, 24]),
    ('{ $.v = "1" }', SCALARS, [7, 10, 25]),
    ('{ $.v = "Alpha" }', SCALARS, [16]),
    ('{ $.v = "Alpha*" }', SCALARS, [16, 18]),
    ("{ $.v = %^Al.*% }", SCALARS, [16, 18]),
    ("{ $.v = * }", SCALARS, [2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 24, 25]),
    ('{ $.v = "true" }', SCALARS, [5]),
    ("{ $.v IS NULL }", SCALARS, [1, 23]),
    ("{ $.v NOT EXISTS }", SCALARS, [0]),
    ("{ $.v IS TRUE }", SCALARS, [3]),
    ("{ $.v IS FALSE }", SCALARS, [4]),
    ('{ $.nested.value = "hit" }', PATHS, [0]),
    ("{ $.['cluster.name'] = \"flat\" }", PATHS, [0]),
    ('{ $.arr[0] = "hit" }', PATHS, [4]),
    ('{ $.arr[*] = "hit" }', PATHS, [0, 4, 5]),
    ('{ $.* = "hit" }', PATHS, [1, 2, 3]),
    ("{ $.items[*].a = 1 && $.items[*].b = 2 }", PATHS, [0, 4]),
    ("{ $.a = 1 || $.b = 2 && $.c = 3 }", PATHS, [0, 6]),
    ("{ ($.a = 1 || $.b = 2) && $.c = 3 }", PATHS, [6]),
    ("[ip, identity, user, timestamp, request, status, bytes]", WORDS, [0, 1, 2, 3]),
    ("[ip, identity, user, timestamp, request, status >= 400, bytes > 1000]", WORDS, [0, 3]),
    ("[..., request = *.html*, status = 4*, bytes]", WORDS, [0, 1, 3]),
    ("[..., status = 404 || status = 410, bytes]", WORDS, [0, 1, 3]),
    ("[]", WORDS, [0, 1, 2, 3, 4, 5, 6, 7]),
    ("[w1=ERROR, w2]", WORDS, [4, 6, 7]),
    ("[w1!=ERROR && w1!=WARNING, w2]", WORDS, [0, 1, 2, 3]),
    (r"%^ERROR\s[0-9]{3}$%", ("ERROR 500", "ERROR 50", "ERROR 5000", "xERROR 500", "ERROR\n500"), [0, 4]),
]

REFUSED = [
    "ERR*",
    '"ERROR',
    "%^(ERROR|WARN)%",
    "%hello!%",
    "%ERROR(?= 500)%",
    "%[abc%",
    "%café%",
    "{ $.v EXISTS }",
    "{ $.v IS NOT NULL }",
    "{ $.v == 1 }",
    "{ $.v = null }",
    "{ !($.v = 1) }",
    "{ $.v > 0 AND $.v < 2 }",
    '{ "v": [1] }',
    '{ $.v > "Alpha" }',
    "{ $.items[*].* = 1 }",
    '{ $..value = "hit" }',
    '{ $.arr[-1] = "hit" }',
    '{ $.arr[0:2] = "hit" }',
    '{ $.arr[*] = "hit" || $.items[*].a = 1 || $.* = "hit" || $.matrix[*][0] = 0 }',
    "{ $.v = %Alpha% || $.v = %Beta% || $.v = %Gamma% }",
    "{ $.broken = }",
    "[..., status, ...]",
    "[word, word]",
    "[...fields, status=FAILED]",
    '{ $."sc-status" = 5* }',
    "Key:",
]


@pytest.mark.parametrize(("text", "lines", "expected"), MATCHES)
def test_matches(text: str, lines: tuple[str, ...], expected: list[int]) -> None:
    pattern = parse_deployed(text)
    assert [index for index, line in enumerate(lines) if pattern.matches(line)] == expected


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(FilterPatternError):
        parse_deployed(text)


@pytest.mark.parametrize(
    ("line", "w2"),
    [
        ("ERROR request failed", "request failed"),
        ('ERROR "two words"', "two words"),
        ('ERROR "unterminated words', '"unterminated words'),
        ("ERROR request failed\u00a0 \t", "request failed\u00a0"),
        (WORDS[2].replace("127.0.0.5", "ERROR"), WORDS[2].removeprefix("127.0.0.5  ")),
    ],
)
def test_last_field_takes_the_rest(line: str, w2: str) -> None:
    assert parse("[w1=ERROR, w2]").text_of("$w2", line) == w2


def test_values_published() -> None:
    by_json = parse("{ $.kind = * && $.value = * }")
    assert by_json.value_of("$.value", '{"kind":"number","value":7}') == 7
    assert by_json.value_of("$.value", '{"kind":"string","value":"11.5"}') == 11.5
    assert by_json.value_of("$.value", '{"kind":"bad","value":"banana"}') is None
    by_word = parse('[kind = "SPACE", value, bucket]')
    assert by_word.value_of("$value", "SPACE 13 A") == 13
    assert by_word.value_of("$value", "SPACE banana A") is None
    assert by_word.value_of("$value", 'SPACE "17.5" A') == 17.5
    assert by_word.value_of("$value", "SPACE") is None


@pytest.mark.parametrize("field", ["$.items[*].value", "$.*"])
def test_a_wildcard_names_several_values(field: str) -> None:
    with pytest.raises(FilterPatternError, match="not a field of a json pattern"):
        parse("{ $.items[*].value = * }").value_of(field, "{}")


def test_bare_word_is_deployed_quoted() -> None:
    """`[kind = SPACE, value, bucket]` was refused, and the same with `"SPACE"` taken."""
    assert str(parse("[kind = SPACE, value, bucket]")) == '[kind = "SPACE", value, bucket]'
