"""A log record is one line, whatever a document number contains."""

import logging

_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(128, 160))}


class OneLine(logging.Filter):
    """Writes control characters of arguments as escapes, so that no input forges a log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and record.args:
            record.args = tuple(value.translate(_ESCAPES) if isinstance(value, str) else value for value in record.args)
        return True
