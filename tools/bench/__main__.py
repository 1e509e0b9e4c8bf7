"""`make bench`: a home of its own under var/, then the run."""

import os
import sys

import django


def start() -> int:
    """Django first: the rest of the benchmark works with Osler's own models."""
    os.environ.update(OSLER_HOME="var/bench", OSLER_DEMO="1", DJANGO_SETTINGS_MODULE="osler.config.settings")
    django.setup()
    from tools.bench.running import main  # noqa: PLC0415  app ready

    return main()


if __name__ == "__main__":
    sys.exit(start())
