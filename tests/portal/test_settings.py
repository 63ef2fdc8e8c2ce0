"""What the environment decides: what is refused at start, what an empty value means, what production demands."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import environ
import pytest
from cryptography.fernet import Fernet

from integration_portal.environment import env

ROOT = Path(__file__).resolve().parents[2]
LONG_KEY = "k7Q-3xW_z9" * 8
PRODUCTION = {
    "DEBUG": "off",
    "SECRET_KEY": LONG_KEY,
    "PORTAL_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "ALLOWED_HOSTS": "portal.example.com",
}
READ_OUTSIDE_THE_SCHEME = {"DATABASE_URL", "SANDBOX_DATABASE_URL", "LOG_LEVEL"}
NOT_FOR_INSTALLATIONS = {"PORTAL_TESTING", "PORTAL_CRASH_AT"}
SHOW = """
import json
from integration_portal import settings as s
print(json.dumps({
    "debug": s.DEBUG, "sandbox": s.SANDBOX_ENABLED, "served": s.SANDBOX_SERVED,
    "redis": s.REDIS_URL, "cache": s.CACHES["default"]["BACKEND"], "prefix": s.CACHES["default"].get("KEY_PREFIX"),
    "queue": s.Q_CLUSTER, "database": {k: str(v) for k, v in s.DATABASES["default"].items()},
    "ledger": str(s.DATABASES["sandbox"]["NAME"]), "sender_password": s.INTACCT_SENDER_PASSWORD,
    "https": s.SECURE_SSL_REDIRECT,
    "secure": {one: getattr(s, one) for one in dir(s) if one.endswith("_COOKIE_SECURE")},
    "loopback": s.SANDBOX_LOOPBACK_ALLOWED, "hosts": s.ALLOWED_HOSTS,
}))
"""


def example() -> dict[str, str]:
    """`.env.example` as it would be read when copied to `.env`."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter with this environment only. What is not named is empty: a developer's own `.env` is out."""
    known = {*env.scheme, *READ_OUTSIDE_THE_SCHEME}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **dict.fromkeys(known, ""), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def check(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    return run(environment, "manage.py", "check", *options)


def settings(environment: dict[str, str]) -> dict[str, Any]:
    done = run(environment, "-c", SHOW)
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.strip().splitlines()[-1]


REFUSED = [
    pytest.param({"SECRET_KEY": ""}, "SECRET_KEY is not set", id="no secret key"),
    pytest.param({"SECRET_KEY": "short"}, "SECRET_KEY is a default or shorter", id="a short secret key"),
    pytest.param(
        {"SECRET_KEY": f"django-insecure-{LONG_KEY}"}, "SECRET_KEY is a default or shorter", id="a default secret key"
    ),
    pytest.param({"PORTAL_ENCRYPTION_KEYS": ""}, "PORTAL_ENCRYPTION_KEYS is not set", id="no encryption key"),
    pytest.param({"PORTAL_ENCRYPTION_KEYS": ","}, "PORTAL_ENCRYPTION_KEYS is not set", id="only empty encryption keys"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED)
def test_without_debug_the_portal_refuses_to_start_and_says_what_is_missing(
    changes: dict[str, str], words: str
) -> None:
    done = check({**PRODUCTION, **changes})
    assert done.returncode != 0
    assert words in last_line(done)
    assert LONG_KEY not in done.stderr


def test_a_key_that_is_no_fernet_key_is_named_by_its_number_and_not_shown() -> None:
    done = check({**PRODUCTION, "PORTAL_ENCRYPTION_KEYS": f"{Fernet.generate_key().decode()},not-a-key"})
    assert done.returncode != 0
    assert "Key 2 of PORTAL_ENCRYPTION_KEYS is not a Fernet key." in done.stderr
    assert "not-a-key" not in done.stderr


def test_the_deployment_check_has_nothing_to_say_about_a_proper_environment() -> None:
    done = check(PRODUCTION, "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


UNFIT = [
    pytest.param({"SANDBOX_ENABLED": "on"}, "portal.E002", id="the sandbox"),
    pytest.param({"PORTAL_TESTING": "on"}, "portal.E003", id="crash points"),
    pytest.param({"API_REQUESTS_PER_MINUTE": "-1"}, "portal.E004", id="a limit below nothing"),
    pytest.param({"PORTAL_INSECURE_HTTP": "on"}, "security.W008", id="plain http"),
    pytest.param({"DEBUG": "on"}, "security.W018", id="debug"),
]


@pytest.mark.parametrize(("changes", "problem"), UNFIT)
def test_the_deployment_check_refuses_what_does_not_belong_in_production(changes: dict[str, str], problem: str) -> None:
    done = check({**PRODUCTION, **changes}, "--deploy", "--fail-level", "WARNING")
    assert done.returncode != 0
    assert problem in done.stderr


@pytest.mark.parametrize("command", [("sandbox", "--port", "0"), ("migrate", "--plan")])
def test_nothing_starts_in_production_with_the_sandbox_gateway_enabled(command: tuple[str, ...]) -> None:
    done = run({**PRODUCTION, "SANDBOX_ENABLED": "on"}, "manage.py", *command)
    assert done.returncode != 0
    assert "portal.E002" in done.stderr or "never is in production" in done.stderr


def test_a_web_server_in_production_does_not_serve_it_either() -> None:
    shown = settings({**PRODUCTION, "SANDBOX_ENABLED": "on"})
    assert (shown["sandbox"], shown["served"], shown["loopback"]) == (True, False, False)


def test_production_is_https_without_sandbox_unless_said_otherwise() -> None:
    shown = settings(PRODUCTION)
    assert (shown["debug"], shown["sandbox"], shown["loopback"], shown["https"]) == (False, False, False, True)
    assert shown["secure"] == dict.fromkeys(
        ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"), True
    )


def test_empty_values_are_as_good_as_none() -> None:
    shown = settings({"DEBUG": "on"})  # every other variable is there, and empty
    assert shown["database"]["ENGINE"] == "django.db.backends.sqlite3"
    assert shown["database"]["NAME"].endswith("var/portal.sqlite3")
    assert shown["ledger"].endswith("var/sandbox.sqlite3")
    assert shown["queue"]["orm"] == "default"
    assert "redis" not in shown["queue"]
    assert shown["queue"]["workers"] == 2
    assert shown["sandbox"] is True
    assert shown["hosts"] == ["127.0.0.1", "localhost", "[::1]"]


def test_the_addresses_of_services_choose_database_cache_and_broker() -> None:
    shown = settings(
        {
            **PRODUCTION,
            "DATABASE_URL": "postgres://portal:secret@db.example.com:5433/portal",
            "REDIS_URL": "redis://cache.example.com:6379/1",
            "WORKERS": "5",
        }
    )
    assert shown["database"]["ENGINE"] == "django.db.backends.postgresql"
    assert (shown["database"]["HOST"], shown["database"]["PORT"]) == ("db.example.com", "5433")
    assert shown["queue"]["redis"] == "redis://cache.example.com:6379/1"
    assert "orm" not in shown["queue"]
    assert shown["queue"]["workers"] == 5
    assert shown["cache"].endswith("RedisCache")


def test_portals_that_share_a_redis_are_told_apart_by_the_queues_name() -> None:
    redis = {**PRODUCTION, "REDIS_URL": "redis://cache.example.com:6379/1"}
    alone, second = settings(redis), settings({**redis, "QUEUE_NAME": "portal_test"})
    assert (alone["queue"]["name"], alone["prefix"]) == ("portal", "portal")
    assert (second["queue"]["name"], second["prefix"]) == ("portal_test", "portal_test")


@pytest.mark.parametrize("password", ["$ecret", "pa$$word", r"back\$lash", "#hash=and=more"])
def test_a_password_arrives_as_it_was_written(password: str) -> None:
    assert settings({**PRODUCTION, "INTACCT_SENDER_PASSWORD": password})["sender_password"] == password


def test_the_example_names_every_variable_and_no_other() -> None:
    assert set(example()) == ({*env.scheme} | READ_OUTSIDE_THE_SCHEME) - NOT_FOR_INSTALLATIONS


def test_the_example_holds_no_secret() -> None:
    secret = {
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "PORTAL_ENCRYPTION_KEYS",
        "INTACCT_SENDER_PASSWORD",
        "METRICS_TOKEN",
        "EMAIL_URL",
    }
    assert {name: example()[name] for name in secret} == dict.fromkeys(secret, "")


def test_the_copied_example_works_on_a_developers_machine() -> None:
    done = check({**example(), "DEBUG": "on"})
    assert done.returncode == 0, done.stderr


def test_the_copied_example_works_in_production_once_the_keys_are_filled_in() -> None:
    filled = {name: PRODUCTION[name] for name in ("SECRET_KEY", "PORTAL_ENCRYPTION_KEYS")}
    done = check({**example(), **filled}, "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_the_example_is_read_the_same_way_as_a_dotenv_file(monkeypatch: pytest.MonkeyPatch) -> None:
    read: dict[str, str] = {}
    monkeypatch.setattr(environ.Env, "ENVIRON", read)
    environ.Env.read_env(ROOT / ".env.example")
    assert read == example()
