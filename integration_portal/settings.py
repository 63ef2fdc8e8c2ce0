"""One settings module; the environment decides (docs: design, decision 7)."""

from typing import Any

from integration_portal.environment import (
    BASE_DIR,
    encryption_keys,
    env,
    mail_settings,
    secret_key,
    sender_address,
    var_directory,
)
from integration_portal.menu import unfold_settings
from integration_portal.settings_openapi import OPENAPI
from integration_portal.settings_queue import queue_settings

DEBUG: bool = env("DEBUG")
TESTING: bool = env("PORTAL_TESTING")  # crash points may be armed; never on in production
SECRET_KEY = secret_key(debug=DEBUG)
SECRET_KEY_FALLBACKS: list[str] = env("SECRET_KEY_FALLBACKS")
ENCRYPTION_KEYS = encryption_keys(debug=DEBUG)
ALLOWED_HOSTS: list[str] = env("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS: list[str] = env("CSRF_TRUSTED_ORIGINS")
PORTAL_BASE_URL: str = env("PORTAL_BASE_URL").rstrip("/")
METRICS_TOKEN: str = env("METRICS_TOKEN")
REDIS_URL: str = env("REDIS_URL")
API_REQUESTS_PER_MINUTE: int = env("API_REQUESTS_PER_MINUTE")  # of one client; 0: no limit
# Hosts and networks of one's own that webhooks may be sent to: private addresses, and plain http.
WEBHOOK_ALLOWED_HOSTS: list[str] = env("WEBHOOK_ALLOWED_HOSTS")

# Alert rules and digests can be switched on only where there is a mail server.
MAIL_IS_SET_UP = bool(env("EMAIL_URL"))
EMAIL_TIMEOUT = 10  # seconds, for each wait for the mail server
DEFAULT_FROM_EMAIL: str = sender_address()
_MAIL = mail_settings()
EMAIL_BACKEND: str = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST: str = _MAIL.get("EMAIL_HOST") or "localhost"
EMAIL_PORT: int = _MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER: str = _MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD: str = _MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS: bool = bool(_MAIL.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL: bool = bool(_MAIL.get("EMAIL_USE_SSL"))
EMAIL_FILE_PATH: str | None = _MAIL.get("EMAIL_FILE_PATH") or None

SANDBOX_ENABLED: bool = env("SANDBOX_ENABLED", default=DEBUG)
# Served on a developer's machine only: in production nothing takes postings but Intacct, whatever the environment says.
SANDBOX_SERVED = SANDBOX_ENABLED and DEBUG
SANDBOX_PORT: int = env("SANDBOX_PORT")
INTACCT_SENDER_PASSWORD: str = env("INTACCT_SENDER_PASSWORD")
INTACCT_ENDPOINT = "https://api.intacct.com/ia/xml/xmlgw.phtml"
INTACCT_SENDER_ID = "XT_mfg"
INTACCT_POLICY_ID = "XT_mfg_async"
# Hosts that may be sent documents and passwords. The sandbox only on loopback and only where it is enabled.
INTACCT_ALLOWED_HOSTS: list[str] = [".intacct.com"]
SANDBOX_LOOPBACK_ALLOWED = SANDBOX_SERVED
CRASH_AT: str = env("PORTAL_CRASH_AT") if TESTING else ""

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "import_export",
    "integration_portal.apps.PortalAdminConfig",
    "integration_portal.apps.PortalConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "django_q",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework_api_key",
    "apps.foundation",
    "apps.organisation",
    "apps.options",
    "apps.access",
    "apps.masterdata",
    "apps.dimensions",
    "apps.configuration",
    "apps.mapping",
    "apps.delivery",
    "apps.synchronisation",
    "apps.postings",
    "apps.reconciliation",
    "apps.notifications",
    "apps.status",
    "apps.sandbox",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "apps.foundation.length.LengthRequiredMiddleware",
    "apps.access.limits.RateLimitHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "integration_portal.languages.ReaderLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "integration_portal.urls"
WSGI_APPLICATION = "integration_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["apps.foundation.templatetags.wording"],
        },
    },
]

# Measured (docs/decisions/0003): WAL with deferred transactions loses nine read-then-write transactions in ten
# under four writers; IMMEDIATE loses none. synchronous=FULL, because an attempt's row must survive a power cut.
SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}


def database(url: dict[str, Any]) -> dict[str, Any]:
    """A database's settings with what each engine needs to be safe under several writers."""
    if url["ENGINE"].endswith("sqlite3"):
        return {**url, "OPTIONS": SQLITE_OPTIONS, "CONN_MAX_AGE": 60}
    # No connection pool: django-q2's forked processes would share it.
    return {**url, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


DATABASES = {
    "default": database(env.db("DATABASE_URL", default=f"sqlite:///{var_directory() / 'portal.sqlite3'}")),
    # The sandbox gateway's own ledger, which nothing of the portal reads but by HTTP.
    "sandbox": database(env.db("SANDBOX_DATABASE_URL", default=f"sqlite:///{var_directory() / 'sandbox.sqlite3'}")),
}
DATABASES["sandbox"]["OPTIONS"] = {
    **SQLITE_OPTIONS,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
DATABASE_ROUTERS = ["apps.sandbox.router.SandboxRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": env("QUEUE_NAME"),
        },
        # How often clients call. A request never waits long for a counter.
        "throttles": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": f"{env('QUEUE_NAME')}:throttles",
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        },
    }
else:
    CACHES = {
        # Shared by all processes; the local-memory cache is not.
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
        # Costs no query; each web process counts for itself. The least used counters go first when there are too many.
        "throttles": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "throttles",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        },
    }
Q_CLUSTER = queue_settings(name=env("QUEUE_NAME"), redis_url=REDIS_URL, workers=env("WORKERS"))

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# What is stored, and what machines read, is in English. People read in their own language (docs/concepts/languages.md).
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("fr", "Français"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "integration_portal" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["integration_portal.formats"]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "integration_portal" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG or TESTING  # found when asked for: each client of a test would list them all first

# One request may carry 1,000 documents; above 10 MB it is refused (contract, issue "bad input").
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.access.authentication.ApiKeyAuthentication",
        "apps.access.authentication.PortalSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.access.permissions.MayDo"],
    "DEFAULT_PARSER_CLASSES": ["apps.foundation.api.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "apps.foundation.api.PortalCursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["apps.foundation.filters.PortalFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "apps.foundation.openapi.PortalSchema",
    "DEFAULT_METADATA_CLASS": "apps.foundation.metadata.WhereItIsDescribed",
    "EXCEPTION_HANDLER": "apps.foundation.problems.exception_handler",
    "NUM_PROXIES": 1 if env("TRUST_PROXY") else 0,
    "COERCE_DECIMAL_TO_STRING": True,
    "UNICODE_JSON": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = OPENAPI

UNFOLD = unfold_settings()

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
# Plain http is for a developer's machine, or where said so behind a trusted network.
_HTTPS = not DEBUG and not env("PORTAL_INSECURE_HTTP")
SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env("TRUST_PROXY") else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = _HTTPS
LANGUAGE_COOKIE_NAME = "portal_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "filters": {
        "one_line": {"()": "apps.foundation.log_lines.OneLine"},
        "masked_links": {"()": "apps.foundation.log_lines.MaskedLinks"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["one_line", "masked_links"]},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # `runserver`'s access log, through the same filters.
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # At DEBUG it writes whole addresses, and a webhook's may hold a secret.
        "urllib3": {"level": "INFO"},
    },
}

# Files of records: a text that a spreadsheet would run is written as text; who may change may import, who may see may
# export.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
