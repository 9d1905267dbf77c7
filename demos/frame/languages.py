"""Which language a visitor gets: that of the link, else that chosen before, else the browser's.

The page lies at one address for all. A request of the page names the page's own address, link and
all, as its referrer, so that its answer is found in the same language by the same three rules.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from demos.frame import texts

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

COOKIE = "course_language"


def choose(query: Mapping[str, str], cookies: Mapping[str, str], accepted: str) -> str:
    """Return the code of the language to speak.

    Args:
        query: of the link, `?lang=de`.
        cookies: of the visitor; the page's script keeps the choice in `course_language`.
        accepted: the header Accept-Language, such as "de-AT,de;q=0.9,en;q=0.5".
    """
    spoken = texts.languages()
    wanted = [query.get("lang", ""), cookies.get(COOKIE, ""), *_by_preference(accepted)]
    codes = (tag.lower().replace("_", "-").split("-")[0] for tag in wanted)
    return next((code for code in codes if code in spoken), texts.SOURCE)


def _by_preference(accepted: str) -> list[str]:
    """Return the tags of an Accept-Language header, the best first (RFC 9110, 12.5.4)."""
    tags = []
    for part in accepted.split(",")[:50]:
        tag, _, quality = part.partition(";")
        name, _, number = quality.partition("=")
        try:
            weight = float(number) if name.strip() == "q" else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            tags.append((weight, tag.strip()))
    return [tag for _, tag in sorted(tags, key=lambda pair: -pair[0])]


def of_page(request: HTTPConnection) -> str:
    """Return the language of a page that is asked for."""
    accepted = request.headers.get("accept-language", "")
    return choose(request.query_params, request.cookies, accepted)


def of_answer(request: HTTPConnection | None) -> str:
    """Return the language in which to answer a request of a page, or of a program."""
    if request is None:
        return texts.SOURCE
    try:
        query = parse_qs(urlsplit(request.headers.get("referer", "")).query)
    except ValueError:
        query = {}
    link = {name: values[0] for name, values in query.items()}
    return choose(link, request.cookies, request.headers.get("accept-language", ""))


def answering(function: Callable) -> Callable:
    """Wrap a handler: it answers in the language of whoever asks."""

    @functools.wraps(function)
    def answer(*args: Any, **kwargs: Any) -> Any:
        from gradio.context import LocalContext

        request = LocalContext.request.get(None)
        with texts.speaking(of_answer(getattr(request, "request", request))):
            return function(*args, **kwargs)

    return answer
