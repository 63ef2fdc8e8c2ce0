"""gunicorn's access log, without the tokens of shared links: whoever reads it can't open what others opened."""

from typing import Any

from gunicorn.glogging import Logger

from apps.foundation.log_lines import without_tokens


class MaskedAccessLog(Logger):
    """Masks every part of a line that is text: request line, path, referrer."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {name: without_tokens(value) if isinstance(value, str) else value for name, value in atoms.items()}
