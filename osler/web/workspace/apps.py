from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "osler.web.workspace"
    label = "workspace"
