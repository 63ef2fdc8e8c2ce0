"""What the environment may say (django-environ), and the secrets made at a first start."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env(
    DEBUG=(bool, False),
    SECRET_KEY=(str, ""),
    SECRET_KEY_FALLBACKS=(list, []),
    ALLOWED_HOSTS=(list, ["127.0.0.1", "localhost", "[::1]"]),
    CSRF_TRUSTED_ORIGINS=(list, []),
    REDIS_URL=(str, ""),
    PORTAL_ENCRYPTION_KEYS=(list, []),
    PORTAL_BASE_URL=(str, "http://127.0.0.1:8000"),
    PORTAL_INSECURE_HTTP=(bool, False),
    INTACCT_SENDER_PASSWORD=(str, ""),
    SANDBOX_ENABLED=(bool, False),
    SANDBOX_PORT=(int, 8001),
    METRICS_TOKEN=(str, ""),
    TRUST_PROXY=(bool, False),
    API_REQUESTS_PER_MINUTE=(int, 600),
    WEBHOOK_ALLOWED_HOSTS=(list, []),
    EMAIL_URL=(str, ""),
    DEFAULT_FROM_EMAIL=(str, ""),
    PORTAL_TESTING=(bool, False),
    PORTAL_CRASH_AT=(str, ""),
    QUEUE_NAME=(str, "portal"),
    WORKERS=(int, 2),
)

if (BASE_DIR / ".env").exists():
    environ.Env.read_env(BASE_DIR / ".env")
# An empty value is as good as none, so that a copied .env.example works; and a $ is a letter of a password, not the
# name of another variable.
env.ENVIRON = {name: value.replace("$", r"\$") for name, value in os.environ.items() if value}
env.escape_proxy = True


def var_directory() -> Path:
    """`var/`: database, first-start secrets. Readable by its owner only."""
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    return VAR_DIR


def kept_secret(name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(64)) -> str:
    """A secret made once and kept in `var/` (0600), for a developer's machine only."""
    path = var_directory() / f"{name}.secret"
    if not path.exists():
        value = make()
        # Two processes may start at once: O_EXCL lets one write, the other reads.
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w") as file:
                file.write(value)
    return path.read_text().strip()


def forget_secret(name: str) -> None:
    """Remove a kept secret, so that the next `kept_secret` makes a new one."""
    (var_directory() / f"{name}.secret").unlink(missing_ok=True)


def secret_key(*, debug: bool) -> str:
    """`SECRET_KEY`, required when `DEBUG` is off."""
    value: str = env("SECRET_KEY")
    if value:
        if not debug and (len(value) < 50 or value.startswith("django-insecure")):
            raise ImproperlyConfigured(
                "SECRET_KEY is a default or shorter than 50 characters. Set a long random one in the environment."
            )
        return value
    if debug:
        return kept_secret("secret_key")
    raise ImproperlyConfigured("SECRET_KEY is not set. It is required when DEBUG is off: set a long random value.")


def mail_settings() -> dict[str, Any]:
    """Django's settings for `EMAIL_URL`; without it, mails go nowhere and nobody can ask for any.

    Raises `ImproperlyConfigured` without quoting the address: it holds a password.
    """
    if not env("EMAIL_URL"):
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    try:
        found: dict[str, Any] = env.email_url("EMAIL_URL")
    except (ImproperlyConfigured, ValueError):
        raise ImproperlyConfigured(
            "EMAIL_URL can't be read. Write smtp+tls://user:password@mail.example.com:587 (smtp+ssl: TLS from the "
            "start; smtp: none), with special characters of user and password percent-encoded."
        ) from None
    ports = {True: 465, False: 587 if found.get("EMAIL_USE_TLS") else 25}
    found["EMAIL_PORT"] = found["EMAIL_PORT"] or ports[bool(found.get("EMAIL_USE_SSL"))]
    return {name: value for name, value in found.items() if name.startswith("EMAIL_")}


def sender_address() -> str:
    """`DEFAULT_FROM_EMAIL`; where it is not set, an address at this portal's own host."""
    host = urlsplit(env("PORTAL_BASE_URL")).hostname or ""
    named = host.rpartition(".")[2].isalpha()  # a number is no domain of an address
    return env("DEFAULT_FROM_EMAIL") or f"portal@{host if named else 'localhost'}"


def encryption_keys(*, debug: bool) -> list[str]:
    """`PORTAL_ENCRYPTION_KEYS`: the first one writes, all read."""
    keys: list[str] = [key for key in env("PORTAL_ENCRYPTION_KEYS") if key]
    if keys:
        return keys
    if debug:
        return [kept_secret("encryption_key", lambda: Fernet.generate_key().decode())]
    raise ImproperlyConfigured(
        "PORTAL_ENCRYPTION_KEYS is not set. It is required when DEBUG is off: credentials are kept encrypted with it."
    )
