"""The portal's settings with the bare view beside it, and without Django's query log, as in production."""

from integration_portal.settings import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.bare_view"
