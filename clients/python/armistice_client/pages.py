"""All pages of a question, in a row."""

from collections.abc import Callable, Iterator
from typing import Protocol, Self, TypeVar


class Request(Protocol):
    """A request that is answered by page."""

    page_token: str

    def CopyFrom(self, other: Self, /) -> None: ...


class Response(Protocol):
    """A page."""

    @property
    def next_page_token(self) -> str: ...


R = TypeVar("R", bound=Request)
P = TypeVar("P", bound=Response)


def pages(call: Callable[[R], P], request: R) -> Iterator[P]:
    """Asks for page after page until the token of the next one is empty, which is the only sign of the end.

    Every page is computed at the position of the first, whatever is recorded meanwhile. The request is left as it was.
    """
    asked = type(request)()
    asked.CopyFrom(request)
    while True:
        page = call(asked)
        yield page
        if not page.next_page_token:
            return
        asked.page_token = page.next_page_token
