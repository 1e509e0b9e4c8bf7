"""Routes of the workspace: one list for each area."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

AREAS = (
    "home",
    "patients",
    "merging",
    "importing",
    "proposals",
    "scheduling",
    "queue",
    "records",
    "laboratory",
    "inbox",
    "messages",
    "billing",
    "privacy",
    "administration",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"osler.web.workspace.{area}.urls"))
    for area in AREAS
    if find_spec(f"osler.web.workspace.{area}") and find_spec(f"osler.web.workspace.{area}.urls")
]
