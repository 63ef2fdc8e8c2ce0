"""`If-Match` and `If-None-Match` (RFC 9110, section 13): change a thing only if it is still as it was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.http import parse_etags

from apps.foundation.errors import PortalError

ANY = "*"


@dataclass
class PreconditionFailed(PortalError):
    """The thing is not as the request supposes it to be. Nothing was changed."""

    code: str = field(default="precondition_failed", init=False)
    title: str = field(default="It is not as you saw it last", init=False)
    http_status: int = field(default=412, init=False)


@dataclass(frozen=True)
class Precondition:
    """What a request supposes, as entity tags in their quotes; empty: nothing."""

    if_match: tuple[str, ...] = ()
    if_none_match: tuple[str, ...] = ()

    def check(self, tag: str | None, *, what: str) -> None:
        """Raises `PreconditionFailed`. `tag`: of the thing as it is now, locked; None: there is none."""
        if self.if_match and not _names(self.if_match, tag):
            if tag is None:
                raise PreconditionFailed(
                    f"{what} is not there, or not any more.",
                    next_step="Send the request without If-Match to create it.",
                )
            raise PreconditionFailed(
                f"{what} was changed since you read it.",
                next_step="Read it again, apply your change to what is there now, and send that with its new ETag.",
            )
        if self.if_none_match and _names(tuple(one.removeprefix("W/") for one in self.if_none_match), tag):
            raise PreconditionFailed(
                f"{what} is there already.", next_step="Read it, and send your change with its ETag in If-Match."
            )


SUPPOSES_NOTHING = Precondition()


def precondition_of(headers: Mapping[str, str]) -> Precondition:
    """What a request's headers suppose. Raises `PreconditionFailed` for one that names no version.

    Passing over it would write where its sender wanted to be careful.
    """
    return Precondition(if_match=_tags(headers, "If-Match"), if_none_match=_tags(headers, "If-None-Match"))


def _tags(headers: Mapping[str, str], name: str) -> tuple[str, ...]:
    given = headers.get(name)
    tags = tuple(parse_etags(given)) if given is not None else ()
    if given is not None and not tags:
        raise PreconditionFailed(
            f"{name} names no version.", next_step="Send an ETag as it was answered, in its quotes, or *."
        )
    return tags


def _names(tags: tuple[str, ...], tag: str | None) -> bool:
    """Whether the tags name the thing: each by strong comparison, `*` whatever is there."""
    return tag is not None and (tags == (ANY,) or tag in tags)
