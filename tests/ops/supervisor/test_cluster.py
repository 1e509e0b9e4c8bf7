"""The embedded server comes up whatever was done to it, and touches nothing that is not its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from osler.ops.supervisor.cluster import ADMIN, DATABASE, OWNER, WEB, Cluster, ClusterFailed, binaries
from osler.ops.supervisor.lockfile import read_lock
from osler.ops.supervisor.orphans import orphans

BACK_SECONDS = 60  # more is not coming back; how fast it is belongs to the benchmark (A58, A67)
START = (
    "from osler.ops.supervisor.cluster import Cluster as C; from pathlib import Path as P; import sys, time\n"
)
START += "print(C(P(sys.argv[1]), durable=False).start(), flush=True); time.sleep(float(sys.argv[2]))"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home that an unprivileged user can walk to."""
    folder = Path(tempfile.mkdtemp(prefix="osler-ops-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    Cluster(folder).stop()
    shutil.rmtree(folder)


@pytest.fixture
def cluster(home: Path) -> Iterator[Cluster]:
    cluster = Cluster(home, durable=False)
    yield cluster
    cluster.stop()


def ask(cluster: Cluster, question: str, role: str = ADMIN) -> tuple:
    with psycopg.connect(cluster.dsn(role), autocommit=True) as connection:
        cursor = connection.execute(question)
        return (cursor.fetchone() if cursor.description else None) or ()


def postmaster(cluster: Cluster) -> int:
    lock = read_lock(cluster.folder)
    assert lock is not None
    return lock.pid


def kill(pid: int) -> None:
    """Kill without reaping: what remains is a zombie of its parent."""
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT) if is_child(pid) else time.sleep(0.2)


def is_child(pid: int) -> bool:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) == os.getpid()


def test_new_cluster_is_as_we_want_it(cluster: Cluster, home: Path) -> None:
    assert cluster.start() is True

    rights = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname = '{}'"
    assert ask(cluster, rights.format(OWNER)) == (False, False, False, True)
    assert ask(cluster, rights.format(WEB)) == (False, False, False, True)
    owner = "SELECT pg_get_userbyid(datdba), datlocprovider, datlocale FROM pg_database WHERE datname = '{}'"
    assert ask(cluster, owner.format(DATABASE)) == (OWNER, "b", "C.UTF-8")
    shown = {
        name: ask(cluster, f"SHOW {name}")[0] for name in ("data_checksums", "io_method", "listen_addresses")
    }
    assert shown == {"data_checksums": "on", "io_method": "worker", "listen_addresses": ""}
    keys = sorted(path.name for path in (home / "keys").iterdir())
    assert keys == ["database_osler", "database_osler_admin", "database_osler_web"]
    assert {(home / "keys" / key).stat().st_mode & 0o777 for key in keys} == {0o600}


def test_wrong_password_is_refused(cluster: Cluster) -> None:
    cluster.start()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.dsn(WEB), password="guessed")


def test_of_three_starts_at_once_one_starts_it_and_two_attach(home: Path, cluster: Cluster) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", START, str(home), "1"], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    answers = [process.communicate()[0].strip() for process in started]

    assert sorted(answers) == ["False", "False", "True"]


def test_what_is_committed_survives_kill_9(home: Path, cluster: Cluster) -> None:
    cluster = Cluster(home, durable=True)
    cluster.start()
    ask(cluster, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 41 + 1 AS answer")
    kill(postmaster(cluster))

    began = time.monotonic()
    assert cluster.start() is True

    assert ask(cluster, "SELECT answer FROM kept") == (42,)
    assert time.monotonic() - began < BACK_SECONDS


def test_backend_in_a_long_query_does_not_hold_up_the_next_start(cluster: Cluster) -> None:
    cluster.start()
    ended = threading.Event()

    def count_for_hours() -> None:
        with pytest.raises(psycopg.OperationalError):
            ask(cluster, "SELECT count(*) FROM generate_series(1, 100000000000)")
        ended.set()

    threading.Thread(target=count_for_hours).start()
    time.sleep(0.3)
    kill(postmaster(cluster))
    time.sleep(0.5)  # whoever leaves by himself has left
    assert len(orphans(cluster.folder)) >= 1

    began = time.monotonic()
    assert cluster.start() is True

    assert ended.wait(5)
    assert time.monotonic() - began < BACK_SECONDS
    assert ask(cluster, "SELECT 1") == (1,)


@pytest.mark.parametrize("holder", ["nobody", "a stranger", "a zombie"])
def test_lock_file_is_not_believed_when_its_process_is(cluster: Cluster, holder: str) -> None:
    cluster.start()
    kill(postmaster(cluster))
    lock = cluster.folder / "postmaster.pid"
    _, *rest = lock.read_text().splitlines()
    other = subprocess.Popen(["sleep", "60" if holder == "a stranger" else "0"])
    if holder == "nobody":
        other.wait()
    if holder == "a zombie":
        time.sleep(0.3)
        assert Path(f"/proc/{other.pid}/stat").read_text().split()[2] == "Z"
    lock.write_text("\n".join([str(other.pid), *rest]) + "\n")

    began = time.monotonic()
    assert cluster.start() is True

    assert time.monotonic() - began < BACK_SECONDS
    assert other.poll() is None or holder != "a stranger"
    other.kill()
    other.wait()


def test_zombie_that_another_parent_never_reaps_does_not_block(home: Path, cluster: Cluster) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", START, str(home), "60"], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "True\n"
    zombie = postmaster(cluster)
    kill(zombie)
    time.sleep(0.2)
    assert Path(f"/proc/{zombie}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

    assert cluster.start() is True

    parent.kill()
    parent.communicate()
    assert cluster.is_running


def test_server_goes_when_its_supervisor_is_killed(home: Path, cluster: Cluster) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", START, str(home), "60"], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "True\n"

    parent.kill()
    parent.communicate()

    deadline = time.monotonic() + BACK_SECONDS
    while cluster.is_running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not cluster.is_running
    assert cluster.start() is True


def test_stopping_twice_and_starting_again(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    cluster.stop()
    assert not cluster.is_running

    with cluster.running() as running:
        assert ask(running, "SELECT current_user", WEB) == (WEB,)

    assert not cluster.is_running


def test_folders_above_are_left_as_they_are(tmp_path: Path) -> None:
    above = [folder for folder in [tmp_path / "home", *(tmp_path / "home").parents]]
    (tmp_path / "home").mkdir(mode=0o700)

    def particulars() -> list[tuple[int, int, int]]:
        return [(status.st_mode, status.st_uid, status.st_gid) for status in map(os.stat, above)]

    before = particulars()
    cluster = Cluster(tmp_path / "home", durable=False)
    try:
        with cluster.running():
            assert ask(cluster, "SELECT 1") == (1,)
            server = Path(f"/proc/{postmaster(cluster)}").stat().st_uid
        assert server != 0
        assert particulars() == before
    finally:
        if cluster.folder.parent.parent != cluster.home:
            shutil.rmtree(cluster.folder.parent)


@as_root
def test_home_made_anew_does_not_meet_the_data_of_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    first = Cluster(tmp_path / "home").folder
    assert Cluster(tmp_path / "home").folder == first
    shutil.rmtree(tmp_path / "home")

    assert Cluster(tmp_path / "home").folder != first


@as_root
def test_programs_are_copied_when_the_server_cannot_reach_the_wheel(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = binaries().parents[1]
    closed = tmp_path / "closed"  # as root's home folder is
    closed.mkdir(mode=0o700)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    wheel = closed / package.name / "pginstall" / "bin"
    monkeypatch.setattr("osler.ops.supervisor.cluster.binaries", lambda: wheel)
    other = Path(tempfile.mkdtemp(prefix="osler-ops-", dir="/tmp"))
    other.chmod(0o755)

    try:
        cluster = Cluster(other, durable=False)
        with cluster.running():
            program = os.readlink(f"/proc/{postmaster(cluster)}/exe")
        assert Path(program).is_relative_to(cluster.folder.parent)
    finally:
        shutil.rmtree(other)


@as_root
def test_link_that_somebody_put_in_our_place_is_refused(tmp_path: Path) -> None:
    home = Path(tempfile.mkdtemp(prefix="osler-ops-", dir="/tmp"))
    home.chmod(0o755)
    (tmp_path / "victim").mkdir()
    before = (tmp_path / "victim").stat().st_uid
    (home / "postgresql").symlink_to(tmp_path / "victim")

    try:
        with pytest.raises(ClusterFailed, match="not ours"):
            cluster = Cluster(home, durable=False)
            cluster.folder = home / "postgresql" / "pg"
            cluster.start()
        assert (tmp_path / "victim").stat().st_uid == before
        assert list((tmp_path / "victim").iterdir()) == []
    finally:
        shutil.rmtree(home)


def test_failure_shows_the_end_of_the_log(home: Path, cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    version = cluster.folder / "PG_VERSION"
    right = version.read_text()
    version.write_text("12\n")

    try:
        with pytest.raises(ClusterFailed, match="incompatible with server"):
            cluster.start()
    finally:
        version.write_text(right)
