"""Loaded before Django: the tests have a home, a demo setting and a database cluster of their own."""

import os
import tempfile


def said(name: str) -> str:
    """What the run was told by OSLER_<name>; kept under another name, for pytest's workers to hear it too."""
    kept = f"TESTS_{name}"
    os.environ[kept] = os.environ.pop(f"OSLER_{name}", "") or os.environ.get(kept, "")
    return os.environ[kept]


BROWSER = said("BROWSER") or "/usr/bin/chromium"
# How many generated cases each hostile test tries (0: its own modest number), and from which seed (0: any).
CASES = int(said("CASES") or 0)
SEED = int(said("SEED") or 0)
# Whether tests that take a sample of many combinations go through all of them.
FULL = said("FULL") == "1"
HOME = os.path.join(tempfile.gettempdir(), f"osler-tests-{os.getuid()}")

for name in [name for name in os.environ if name.startswith("OSLER_")]:
    del os.environ[name]
os.environ.pop("DATABASE_URL", None)
os.environ.update(OSLER_HOME=HOME, OSLER_DEMO="1", DJANGO_SETTINGS_MODULE="osler.config.settings")
