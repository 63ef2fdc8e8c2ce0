"""Where the admin takes a password: signing in, and changing one's own. Wrong ones are counted (`apps.access`)."""

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from apps.access.passwords import CountedSignIn, counted, told_to_wait


class SignInForm(CountedSignIn, AuthenticationForm):
    """The theme's form, which lets in whoever may work in the admin."""


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """Asks for the old password: a door like the other, for whoever sits down at somebody's desk."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        with counted(self.request):
            old: str = super().clean_old_password()
        return old


class OwnPassword(PasswordChangeView):
    form_class = OwnPasswordForm
    success_url = reverse_lazy("admin:password_change_done")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        return told_to_wait(super().form_invalid(form))
