"""What a log record never contains: a second line, or the token of a shared link."""

import logging
import re

_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(128, 160))}


class OneLine(logging.Filter):
    """Writes control characters of arguments as escapes, so that no input forges a log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and record.args:
            record.args = tuple(value.translate(_ESCAPES) if isinstance(value, str) else value for value in record.args)
        return True


_SHARED_LINK = re.compile(r"(/status/shared/)[^/?#\s\"']+")


def without_tokens(text: str) -> str:
    """The same text; of a shared link's address only that it is one."""
    return _SHARED_LINK.sub(r"\1***", text)


class MaskedLinks(logging.Filter):
    """Whoever reads the log can't open the shared links that others opened."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_tokens(str(record.msg))
        if isinstance(record.args, tuple) and record.args:
            record.args = tuple(without_tokens(value) if isinstance(value, str) else value for value in record.args)
        return True
