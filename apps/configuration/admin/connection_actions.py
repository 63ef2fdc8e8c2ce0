"""What the buttons of the *Configuration* page do, and what its head shows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.configuration.models import IntacctConfiguration
from apps.configuration.services import asynchronous_test, audit_trail
from apps.configuration.services.callback_secret import renew
from apps.configuration.services.connection_test import test_connection
from apps.configuration.tenant import this_tenant

ConnectionAction = Callable[[HttpRequest, IntacctConfiguration], None]
"""Does one thing and says so with a message; a `PortalError` becomes a message too."""


def _test(request: HttpRequest, configuration: IntacctConfiguration) -> None:
    test = test_connection(configuration=configuration, actor=request.user.get_username())
    say = messages.success if test.passed else messages.error
    say(request, _("The connection works.") if test.passed else test.steps[-1].detail)


def _asynchronous(request: HttpRequest, configuration: IntacctConfiguration) -> None:
    asynchronous_test.start(configuration=configuration, actor=request.user.get_username())
    messages.info(request, _("Sage Intacct took the request. Its answer arrives at the callback address."))


def _renew_secret(request: HttpRequest, configuration: IntacctConfiguration) -> None:
    secret = renew(configuration=configuration, actor=request.user.get_username())
    messages.warning(
        request,
        _("The new callback secret, shown this once: %(secret)s. Have it entered as the policy's password.")
        % {"secret": secret},
    )


def _look(request: HttpRequest, configuration: IntacctConfiguration) -> None:
    state = audit_trail.look(configuration=configuration)
    messages.info(request, f"{_('Sage DMO audit trail')}: {state.label}.")


def _install(request: HttpRequest, configuration: IntacctConfiguration) -> None:
    audit_trail.install_or_update(configuration=configuration, actor=request.user.get_username())
    messages.success(request, _("The audit trail in Sage Intacct points to this tenant."))


def _leave(request: HttpRequest, configuration: IntacctConfiguration) -> None:
    audit_trail.leave(configuration=configuration, actor=request.user.get_username())
    messages.info(request, _("Left as it is. It can be updated later with the button."))


ACTIONS: dict[str, ConnectionAction] = {
    "test-connection": _test,
    "asynchronous-test": _asynchronous,
    "callback-secret": _renew_secret,
    "audit-trail-look": _look,
    "audit-trail-update": _install,
    "audit-trail-leave": _leave,
}
"""The buttons, by the end of their address."""


def about_connection(configuration: IntacctConfiguration) -> dict[str, Any]:
    """What the head of the page shows beside the form."""
    asynchronous_test.overdue(configuration=configuration)
    return {
        "asynchronous_request": configuration.asynchronous_requests.first(),
        "callback_address": asynchronous_test.callback_address(configuration),
        "this_tenant": this_tenant(),
        "asks_for_update": audit_trail.asks_for_update(configuration),
    }
