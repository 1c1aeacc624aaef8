"""The two places a comment goes to: a pull request on GitHub, a merge request on GitLab."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

_PAGE = 100
_PAGES = 30
"""More comments than anyone writes under one change; the mark is looked for no further."""
_SECONDS = 30
_TRUSTED = ("OWNER", "MEMBER", "COLLABORATOR")


class NotPosted(Exception):
    """The comment could not be written; the text says why, and never holds the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Where comments of one change are.

    Attributes:
        comments: Address of its comments.
        one: Address below which each of them is.
        changes: How one is changed.
        headers: What proves who asks.
        author: Id of who asks; empty where that is not known.
    """

    comments: str
    one: str
    changes: Literal["PATCH", "PUT"]
    headers: Mapping[str, str]
    author: str = ""


def place(environment: Mapping[str, str]) -> Thread | None:
    """Where a CI's comment goes; None outside of a pull request or merge request.

    Raises:
        NotPosted: There is one, and no token for it.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(environment)
    return _gitlab(environment) if environment.get("CI_MERGE_REQUEST_IID") else None


def _github(environment: Mapping[str, str]) -> Thread | None:
    number = _pull_request(environment)
    if number is None:
        return None
    if not (token := environment.get("GITHUB_TOKEN")):
        raise NotPosted("there is no GITHUB_TOKEN")
    issues = f"{environment['GITHUB_API_URL']}/repos/{environment['GITHUB_REPOSITORY']}/issues"
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    return Thread(comments=f"{issues}/{number}/comments", one=f"{issues}/comments", changes="PATCH", headers=headers)


def _pull_request(environment: Mapping[str, str]) -> int | None:
    try:
        with open(environment.get("GITHUB_EVENT_PATH", ""), encoding="utf-8") as file:  # noqa: PTH123  (may be empty)
            event = json.load(file)
        return int(event["pull_request"]["number"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _gitlab(environment: Mapping[str, str]) -> Thread:
    if not (token := environment.get("GITLAB_TOKEN")):
        raise NotPosted("there is no GITLAB_TOKEN, and a job's own token may not comment")
    api = environment["CI_API_V4_URL"]
    project, number = (
        quote(environment[name], safe="") for name in ("CI_MERGE_REQUEST_PROJECT_ID", "CI_MERGE_REQUEST_IID")
    )
    notes = f"{api}/projects/{project}/merge_requests/{number}/notes"
    headers = {"PRIVATE-TOKEN": token}
    return Thread(comments=notes, one=notes, changes="PUT", headers=headers, author=_author(api, headers))


def _author(api: str, headers: Mapping[str, str]) -> str:
    return str(_asked("GET", f"{api}/user", headers)["id"])


def post(where: Thread, text: str, mark: str) -> str:
    """Write a comment, or change the one that has its mark; gives what was done.

    Raises:
        NotPosted: The platform refuses, or can't be reached.
    """
    for comment in _comments(where):
        if str(comment.get("body", "")).startswith(mark) and _is_own(comment, where):
            _asked(where.changes, f"{where.one}/{comment['id']}", where.headers, {"body": text})
            return "changed"
    _asked("POST", where.comments, where.headers, {"body": text})
    return "written"


def _comments(where: Thread) -> Iterator[Mapping[str, Any]]:
    for page in range(1, _PAGES + 1):
        found = _asked("GET", f"{where.comments}?per_page={_PAGE}&page={page}", where.headers)
        yield from found
        if len(found) < _PAGE:
            return


def _is_own(comment: Mapping[str, Any], where: Thread) -> bool:
    """Whether this tool wrote it: anyone may write its mark, and what a stranger can change afterwards is not ours."""
    if where.author:
        return str((comment.get("author") or {}).get("id")) == where.author
    bot = (comment.get("user") or {}).get("type") == "Bot"
    return bot or comment.get("author_association") in _TRUSTED


def _asked(method: str, address: str, headers: Mapping[str, str], body: Mapping[str, str] | None = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(  # noqa: S310  (the address is the CI's own)
        address,
        data,
        {**headers, "Content-Type": "application/json", "User-Agent": "ai-monitoring"},
        method=method,
    )
    try:
        with _OPENER.open(request, timeout=_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise NotPosted(_refusal(error)) from None
    except (OSError, ValueError) as error:
        raise NotPosted(f"{method} failed: {getattr(error, 'reason', error)}") from None


def _refusal(error: urllib.error.HTTPError) -> str:
    try:
        said = str(json.load(error).get("message", ""))
    except (ValueError, AttributeError):
        said = ""
    if error.code in (401, 403, 404):
        said = f"{said or error.reason}; the token may not comment here, as in a pull request from a fork"
    return f"HTTP {error.code}: {said or error.reason}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes to the address that it is for, and to no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)
