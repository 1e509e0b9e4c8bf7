from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "osler.web.portal"
    label = "portal"
