"""Jobs that the clock starts. Each app's `jobs.py` is loaded here, once all apps are ready."""

from importlib.util import find_spec
from importlib import import_module

from django.apps import apps
from procrastinate import App


def register(app: App) -> None:
    """Load the jobs and subscribers of every app of ours."""
    for config in apps.get_app_configs():
        for module in ("jobs", "subscribers"):
            name = f"{config.name}.{module}"
            if config.name.startswith("osler.") and find_spec(name) is not None:
                import_module(name)
