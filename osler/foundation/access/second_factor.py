"""Second factors: their secrets lie sealed in the database."""

from base64 import b64decode, b64encode

from allauth.mfa.adapter import DefaultMFAAdapter

from osler.foundation.vault.sealing import open_sealed, seal

PLACE = "mfa_authenticator.data"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals what allauth keeps: the keys of one-time codes, the seed of recovery codes."""

    def encrypt(self, text: str) -> str:
        return b64encode(seal(text, organization="", place=PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return open_sealed(b64decode(encrypted_text), organization="", place=PLACE)
