"""Loaded before Django: the tests have a home, a demo setting and a database cluster of their own."""

import os
import random
import tempfile
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def said(name: str) -> str:
    """What the run was told by OSLER_<name>; kept under another name, for pytest's workers to hear it too."""
    kept = f"TESTS_{name}"
    os.environ[kept] = os.environ.pop(f"OSLER_{name}", "") or os.environ.get(kept, "")
    return os.environ[kept]


BROWSER = said("BROWSER") or "/usr/bin/chromium"
# How many generated cases each hostile test tries (0: its own modest number), and from which seed (0: any).
CASES = int(said("CASES") or 0)
SEED = int(said("SEED") or 0)
# From which seed this run, with all its workers, takes its samples; whoever uses it prints it.
RUN = SEED or int(os.environ.setdefault("TESTS_RUN", str(random.randrange(1, 10**6))))
# Whether tests that take a sample of many combinations go through all of them.
FULL = said("FULL") == "1"
HOME = os.path.join(tempfile.gettempdir(), f"osler-tests-{os.getuid()}")


def some(ways: Iterable[T], number: int) -> list[T]:
    """So many of the ways in which a test is done, chosen by the run's seed; with OSLER_FULL=1 all."""
    return list(ways) if FULL else random.Random(RUN).sample(list(ways), number)


for name in [name for name in os.environ if name.startswith("OSLER_")]:
    del os.environ[name]
os.environ.pop("DATABASE_URL", None)
os.environ.update(OSLER_HOME=HOME, OSLER_DEMO="1", DJANGO_SETTINGS_MODULE="osler.config.settings")
