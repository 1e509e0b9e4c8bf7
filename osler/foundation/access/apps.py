from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "osler.foundation.access"
    label = "access"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415  app ready

        from osler.foundation.access import checks, foundation_policy  # noqa: F401, PLC0415  app ready
        from osler.foundation.access.second_factor import renew_session  # noqa: PLC0415  app ready

        authenticator_added.connect(renew_session, dispatch_uid="access.renew_session")
