"""The `osler` command: Django's, with the embedded database up for as long as it is needed."""

import gc
import os
import sys
from contextlib import ExitStack

import django
from django.core.management import execute_from_command_line

from osler.config.config import Misconfigured, load_config
from osler.ops.supervisor.cluster import Cluster, ClusterFailed

WITHOUT_DATABASE = frozenset(
    {
        "help",
        "version",
        "--help",
        "--version",
        "serve",
        "doctor",
        "makemessages",
        "compilemessages",
    }
)


def main() -> None:
    """Run one command; configuration and database faults are told in a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osler.config.settings")
    arguments = ["osler", *(sys.argv[1:] or ["help"])]
    try:
        config = load_config()
        load()
        with ExitStack() as stack:
            if config.is_embedded and arguments[1] not in WITHOUT_DATABASE:
                stack.enter_context(Cluster(config.home).running())
            execute_from_command_line(arguments)
    except (Misconfigured, ClusterFailed) as fault:
        sys.exit(f"osler: {fault}")


def load() -> None:
    """Load the apps, as every command does, without looking for garbage among what stays."""
    gc.disable()
    django.setup()
    gc.enable()


if __name__ == "__main__":
    main()
