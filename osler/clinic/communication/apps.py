from django.apps import AppConfig


class CommunicationConfig(AppConfig):
    name = "osler.clinic.communication"
    label = "communication"

    def ready(self) -> None:
        from osler.clinic.communication import following, invitations, policy  # noqa: F401, PLC0415  app ready
        from osler.clinic.communication.offering import telling as offers  # noqa: F401, PLC0415  app ready
        from osler.clinic.communication.reminding import links, telling  # noqa: F401, PLC0415  app ready
