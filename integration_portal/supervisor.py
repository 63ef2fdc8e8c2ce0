"""`make run` and `make demo`: web, worker, sandbox and the demonstration under one process that stops them all."""

import os
import socket
import sys

from django.conf import settings
from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

PYTHON = sys.executable


class _PlainPrinter(Printer):
    """What the processes say, without the manager's own remarks about starting and stopping them."""

    def write(self, message: Message) -> None:
        if message.name != SYSTEM_PRINTER_NAME:
            super().write(message)


def port_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def supervise(*, serve: bool, port: int, sandbox_port: int) -> int:
    """Run the processes until the demonstration ends (`serve` off) or somebody presses Ctrl-C. Returns its exit code.

    Whatever ends first ends all: nothing is left behind.
    """
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "SANDBOX_PORT": str(sandbox_port)}
    manager = Manager(_PlainPrinter(sys.stdout, prefix=False))
    manage = f"{PYTHON} manage.py"
    manager.add_process("sandbox", f"exec {manage} sandbox --port {sandbox_port}", env=environment)
    manager.add_process("worker", f"exec {manage} worker --grace 3", env=environment)
    if serve:
        web = (
            f"exec {PYTHON} -m gunicorn integration_portal.wsgi --bind 127.0.0.1:{port} --threads 8 --log-level warning"
        )
        manager.add_process("web", web, env=environment)
    story = f"exec {manage} demo_story {'--then-wait' if serve else ''} --port {port}"
    manager.add_process("demo", story, env=environment)
    manager.loop()
    return int(manager.returncode or 0)


def sandbox_endpoint(port: int | None = None) -> str:
    return f"http://127.0.0.1:{port or settings.SANDBOX_PORT}/sandbox/ia/xml/xmlgw.phtml"
