"""Keys that the house keeps: the root key of sealed fields and the signing key of the audit trail."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from osler.config.config import Config, Misconfigured
from osler.ops.supervisor.kept import kept_secret


def sealing_key(config: Config) -> bytes:
    """32 bytes from OSLER_ENCRYPTION_KEY, or from a file under home made at the first start."""
    text = config.encryption_key or kept_secret(config.home / "keys" / "sealing")
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise Misconfigured("OSLER_ENCRYPTION_KEY: hex digits are wanted") from error
    if len(key) != 32:
        raise Misconfigured("OSLER_ENCRYPTION_KEY: 64 hex digits are wanted")
    return key


def audit_key(config: Config) -> Ed25519PrivateKey:
    """The key that signs seals of the audit trail."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept_secret(config.home / "keys" / "audit")))
