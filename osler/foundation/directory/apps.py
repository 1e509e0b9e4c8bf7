from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "osler.foundation.directory"
    label = "directory"
