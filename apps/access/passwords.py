"""Every page that takes a password: wrong ones are counted together, and after too many all of them have to wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from apps.access.limits import count_wrong_password, wait_before_password

Answer = TypeVar("Answer", bound=HttpResponse)


class TooManyWrongPasswords(ValidationError):
    """Nobody's password is looked at from this address for so many seconds, a right one neither."""

    def __init__(self, seconds: int) -> None:
        words = ngettext(
            "Too many wrong passwords came from your network. Wait %d second, then try again.",
            "Too many wrong passwords came from your network. Wait %d seconds, then try again.",
            seconds,
        )
        super().__init__(words % seconds, code="too_many_wrong_passwords")
        self.seconds = seconds


@contextmanager
def counted(request: HttpRequest) -> Iterator[None]:
    """Around the look at a password: a refusal counts. Raises `TooManyWrongPasswords` before it where one has to wait.

    Before it: what is not looked at tells a guesser nothing, and costs no hashing.
    """
    seconds = wait_before_password(request)
    if seconds:
        raise TooManyWrongPasswords(seconds)
    try:
        yield
    except ValidationError:
        count_wrong_password(request)
        raise


class CountedSignIn(AuthenticationForm):
    """A sign-in form that counts. A right password counts too where its person may not enter at this door."""

    def clean(self) -> dict[str, Any]:
        assert self.request is not None  # noqa: S101  a sign-in page gives it
        with counted(self.request):
            return super().clean()


def told_to_wait(response: Answer) -> Answer:
    """The page of a form: status 429 and `Retry-After` where the form refused because of too many wrong passwords."""
    form = (getattr(response, "context_data", None) or {}).get("form")
    refusals = [one for errors in form.errors.as_data().values() for one in errors] if form is not None else []
    for refusal in refusals:
        if isinstance(refusal, TooManyWrongPasswords):
            response.status_code = 429
            response["Retry-After"] = str(refusal.seconds)
    return response
