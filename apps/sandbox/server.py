"""The sandbox in a process of its own: gunicorn with threads, whose workers give us the raw socket."""

import json
import sys
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from gunicorn.app.base import BaseApplication


class _SandboxHandler(WSGIHandler):
    """Only the sandbox's addresses, and no middleware: nothing of the portal answers here."""

    def get_response(self, request: Any) -> Any:
        request.urlconf = "apps.sandbox.alone_urls"
        return super().get_response(request)


class SandboxServer(BaseApplication):
    """Serves until it is told to stop."""

    def __init__(self, *, host: str, port: int, threads: int = 32) -> None:
        self.address = (host, port)
        self.threads = threads
        super().__init__()

    def load_config(self) -> None:
        host, port = self.address
        for name, value in {
            "bind": f"{host}:{port}",
            "workers": 1,
            "threads": self.threads,
            "worker_class": "gthread",
            "keepalive": 30,
            "timeout": 0,
            "graceful_timeout": 1,
            "loglevel": "error",
            "control_socket_disable": True,
            "when_ready": self._say_ready,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        return _SandboxHandler()

    @staticmethod
    def _say_ready(server: Any) -> None:
        host, port = server.LISTENERS[0].sock.getsockname()[:2]
        sys.stdout.write(f"sandbox gateway on http://{host}:{port}/sandbox/ia/xml/xmlgw.phtml\n")
        sys.stdout.flush()


def read_faults(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file)
