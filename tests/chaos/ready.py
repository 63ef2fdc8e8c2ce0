"""What the processes of a chaos installation are forked from: Django, set up, with what each of them imports."""

from tests.chaos.portal import set_up

set_up()

from integration_portal import urls, wsgi  # noqa: E402, F401  Django must be set up first
