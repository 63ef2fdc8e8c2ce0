"""Read by gunicorn by itself when it is started in this folder."""

logger_class = "integration_portal.access_log.MaskedAccessLog"
