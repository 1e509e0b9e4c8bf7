from django.apps import AppConfig


class CommunicationConfig(AppConfig):
    name = "osler.clinic.communication"
    label = "communication"
