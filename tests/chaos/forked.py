"""Processes of a chaos installation, forked from one in which Django is set up: else each start costs two seconds.

They run the real commands in sessions of their own, and what they start is started anew. There is one installation in a
process of tests: what they are forked from reads its settings once.
"""

import multiprocessing
import os
import runpy
import sys
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest.mock import patch

from tests.migrated import ROOT

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pytest", "tests.chaos.ready"])  # pytest, because it is what started the parent


def start(arguments: list[str], *, environment: dict[str, str], log: Path) -> BaseProcess:
    """What `python ARGUMENTS` would start (a file, or `-m` and a module), with what it says in a file."""
    with patch.dict(os.environ, environment):
        forkserver.ensure_running()
    process = _CONTEXT.Process(target=_run, args=(arguments, environment, str(log)))
    process.start()
    return process


def _run(arguments: list[str], environment: dict[str, str], log: str) -> None:
    from django.conf import settings

    os.setsid()
    os.chdir(ROOT)
    os.environ.update(environment)
    settings.CRASH_AT = environment.get("PORTAL_CRASH_AT", "")
    with open(log, "ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")
