"""The WSGI application that granian serves."""

import os

from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from osler.ops.preparation import demo_faults, web_role_faults

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osler.config.settings")
application = get_wsgi_application()


def refuse_faults() -> None:
    """Not with a route without a rule, a web role that the walls would not hold (A1, A7), or a demo
    clinic outside the demo."""
    errors = (
        web_role_faults()
        + demo_faults()
        + [str(found) for found in run_checks(tags=["access"]) if found.level >= ERROR]
    )
    if errors:
        raise ImproperlyConfigured("\n".join(errors))


refuse_faults()
