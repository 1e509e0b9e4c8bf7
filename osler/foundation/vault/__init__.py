"""Sealed fields: text that a stolen dump does not tell (AES-256-GCM, bound to its place)."""
