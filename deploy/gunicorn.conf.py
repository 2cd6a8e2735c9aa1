"""How gunicorn runs PeaceOps everywhere: `gunicorn peaceops.wsgi --config deploy/gunicorn.conf.py --bind …`."""

import os

from peaceops import logs

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
control_socket_disable = True

# Its own lines in the one form and by the one clock of all others.
logconfig_dict = logs.configuration(os.environ.get("LOG_FORMAT") or "lines", os.environ.get("LOG_LEVEL") or "WARNING")
logconfig_dict["loggers"] = {"gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False}}
