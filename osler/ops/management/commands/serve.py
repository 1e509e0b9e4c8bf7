"""`osler serve`: everything that a clinic needs, under one supervisor."""

import gc
import signal
import subprocess
import sys
import time
from functools import partial
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from osler.kernel import clock
from osler.ops.management.commands.web import load_pages
from osler.ops.preparation import (
    TooOld,
    demo_faults,
    has_accounts,
    is_current,
    prepare_static,
    require_version,
    web_role_faults,
)
from osler.ops.supervisor.cluster import Cluster
from osler.ops.supervisor.forking import Fork, fork, settle
from osler.ops.supervisor.processes import Child, end

PATIENCE = 15.0


class Command(BaseCommand):
    """Start database, web, worker and live stream, and keep them alive until stopped."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        cluster = Cluster(settings.CONFIG.home) if settings.CONFIG.is_embedded else None
        children: list[Child] = []
        try:
            if cluster is not None:
                cluster.start()
            demo = self._prepare()
            children = _load_children()
            if demo is not None:
                demo.wait(PATIENCE)
            for child in children:
                child.start()
            _wait_for_pages()
            self._say_where()
            _keep(children, cluster)
        except KeyboardInterrupt:
            self.stdout.write("Stopping.")
        finally:
            end(children)
            if cluster is not None:
                cluster.stop()

    def _prepare(self) -> Fork | None:
        """Whatever must be true first; what still goes on meanwhile, if anything does."""
        try:
            require_version()
        except TooOld as refusal:
            raise CommandError(str(refusal)) from refusal
        if not is_current():
            _run("migrate")
        if faults := web_role_faults() + demo_faults():
            raise CommandError("; ".join(faults))
        prepare_static()
        is_made = settings.DEMO and has_accounts()
        connections.close_all()
        if is_made:
            return fork(_bring_demo_up, "osler demo")
        if settings.DEMO:
            self.stdout.write("Making the demo clinic (once) ...")
            self.stdout.flush()
            _run("demo")
        return None

    def _say_where(self) -> None:
        config = settings.CONFIG
        self.stdout.write(f"Osler is at http://{config.host}:{config.port}/   (Ctrl-C stops it)")
        if settings.DEMO:
            from osler.ops.demo.house import sign_ins  # noqa: PLC0415  slow import: the demo's alone

            self.stdout.write(sign_ins())
        elif not has_accounts():
            self.stdout.write("Nobody can sign in yet: “osler open --help” tells how to open a clinic.")
            connections.close_all()
        self.stdout.flush()


def _run(command: str) -> None:
    """In a process of its own: what it needs of memory goes with it."""
    done = subprocess.run([sys.executable, "-m", "osler", command, "--verbosity", "0"], check=False)
    if done.returncode:
        raise CommandError(f"“osler {command}” failed")


def _bring_demo_up() -> None:
    """Let the demo's day stand where the clock is. The worker does the rest."""
    from osler.ops.demo.keeping import bring_today_up  # noqa: PLC0415  slow import: the demo's alone

    bring_today_up(now=clock.now())


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _load_children() -> list[Child]:
    """Load Osler once, with all that the children run: they are copies of this process."""
    gc.disable()  # what is loaded stays
    load_pages()
    children = [_child("web"), _child("worker"), _child("stream")]
    if settings.MAIL_FOLDER is not None:
        children.append(_child("mailbox"))
    settle()
    gc.enable()
    return children


def _child(name: str) -> Child:
    """One of our commands, as if it were started by itself."""
    command = load_command_class("osler.ops", name)
    return Child(name, partial(command.run_from_argv, ["osler", name]))


def _wait_for_pages() -> None:
    """Until the pages answer, whatever they answer; no longer than `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urlopen(f"http://{settings.CONFIG.host}:{settings.CONFIG.port}/healthz", timeout=PATIENCE).close()
        except HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return


def _keep(children: list[Child], cluster: Cluster | None) -> None:
    while True:
        time.sleep(0.2)
        if cluster is not None and not cluster.is_running:
            cluster.start()
        for child in children:
            child.watch()
