from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    name = "osler.interop.gateways"
    label = "gateways"
