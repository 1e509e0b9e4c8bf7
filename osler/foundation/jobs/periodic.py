"""Jobs that the clock starts. Each app's `jobs.py` is loaded here, once all apps are ready."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from procrastinate import App
from procrastinate.contrib.django import procrastinate_app


def register(app: App) -> None:
    """Load the jobs and subscribers of every app of ours.

    Their tasks must meet the real app: procrastinate puts it in place only after this.
    """
    procrastinate_app.current_app = app
    for config in apps.get_app_configs():
        for module in ("jobs", "subscribers"):
            name = f"{config.name}.{module}"
            if config.name.startswith("osler.") and find_spec(name) is not None:
                import_module(name)
