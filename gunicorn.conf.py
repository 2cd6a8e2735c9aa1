"""What gunicorn reads by itself where it is started: its processes, how it logs, and that they count together.

The folder of what they count for `/metrics` is one of this machine and this start, and not below `DATA_DIR`: hosts may
share that, and these files are mapped into memory. A process that died leaves its numbers to the sum, or the sum would
fall.
"""

import os
import shutil
import tempfile

from peaceops import logs

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
control_socket_disable = True

# Its own lines in the one form and by the one clock of all others.
logconfig_dict = logs.configuration(os.environ.get("LOG_FORMAT") or "lines", os.environ.get("LOG_LEVEL") or "WARNING")
logconfig_dict["loggers"] = {"gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False}}

_OURS = "PROMETHEUS_MULTIPROC_DIR"


def on_starting(server) -> None:
    """A new, empty folder that only its owner can read; `prometheus_client` looks for its name when it is imported."""
    os.environ[_OURS] = tempfile.mkdtemp(prefix="peaceops-metrics-")


def child_exit(server, worker) -> None:
    """Say of a process that it lives no more."""
    from prometheus_client import multiprocess  # noqa: PLC0415 (in the master, after the folder is known)

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server) -> None:
    """Leave nothing behind."""
    shutil.rmtree(os.environ.pop(_OURS), ignore_errors=True)
