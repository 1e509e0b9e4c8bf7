"""Loaded before Django: the tests have a home, a demo setting and a database cluster of their own."""

import os
import tempfile

# How many generated cases each hostile test tries (0: its own modest number), and from which seed (0: any).
CASES = int(os.environ.get("OSLER_CASES", "0"))
SEED = int(os.environ.get("OSLER_SEED", "0"))
FULL = os.environ.get("OSLER_FULL", "") == "1"
HOME = os.path.join(tempfile.gettempdir(), f"osler-tests-{os.getuid()}")

for name in [name for name in os.environ if name.startswith("OSLER_") and name != "OSLER_BROWSER"]:
    del os.environ[name]
os.environ.pop("DATABASE_URL", None)
BROWSER = os.environ.pop("OSLER_BROWSER", "") or "/usr/bin/chromium"
os.environ.update(OSLER_HOME=HOME, OSLER_DEMO="1", DJANGO_SETTINGS_MODULE="osler.config.settings")
