"""The web entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from peaceops import keys, mail_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peaceops.settings")
keys.exit_without_keys()
mail_settings.exit_without_sender()
application = get_wsgi_application()
