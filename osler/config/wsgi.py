"""The WSGI application that granian serves."""

import os

from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osler.config.settings")
application = get_wsgi_application()

# Start refuses a route without a rule, and any other error that a check finds (A1).
_errors = [str(found) for found in run_checks(tags=["access"]) if found.level >= ERROR]
if _errors:
    raise ImproperlyConfigured("\n".join(_errors))
