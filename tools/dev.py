"""Everything a developer does, with the standard library alone: `python3 tools/dev.py TARGET`."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import venv
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TOLD = ("OSLER_BROWSER", "OSLER_CASES", "OSLER_SEED", "OSLER_FULL")
"""They say something to the tests only, never to a clinic."""
TYPED = ["osler/kernel", "osler/foundation", "osler/clinic", "osler/interop"]


def main() -> int:
    """Run one target; further arguments go to its tool."""
    if sys.version_info < OLDEST:
        return with_newer_python()
    targets = {
        "run": run,
        "test": test,
        "test-fast": test_fast,
        "coverage": coverage,
        "check": check,
        "format": format_all,
        "bench": bench,
        "matching": matching,
        "lock": lock,
        "messages": messages,
        "walls": walls,
        "screenshots": screenshots,
        "clean": clean,
    }
    if len(sys.argv) < 2 or sys.argv[1] not in targets:
        print("targets:", ", ".join(targets))
        return 2
    os.chdir(ROOT)
    return targets[sys.argv[1]](sys.argv[2:])


def with_newer_python() -> int:
    """The same call by a Python on this machine that is new enough."""
    for minor in range(19, OLDEST[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return subprocess.call([found, *sys.argv])
    sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this is {sys.version.split()[0]}.")


def run(arguments: list[str]) -> int:
    """Start Osler with the demo clinic on the next free port; Ctrl-C stops all of it."""
    install("requirements.lock")
    environment = {"OSLER_DEMO": "1", **compiled(os.environ)}
    for name in TOLD:
        environment.pop(name, None)
    wanted = int(environment.get("OSLER_PORT", "8000"))
    port = free_port(wanted)
    if port != wanted:
        print(f"Port {wanted} is taken; using {port}.")
    environment["OSLER_PORT"] = str(port)
    command = [str(PYTHON), "-m", "osler", "serve", *arguments]
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    return subprocess.call(command, env=environment)


def test(arguments: list[str]) -> int:
    """The whole suite; pytest's summary is the last line."""
    install("requirements-dev.lock")
    environment = {**test_environment(), **told(), "OSLER_BROWSER": find_browser()}
    command = [str(PYTHON), "-m", "pytest", "-q", *side_by_side(), *arguments]
    return subprocess.call(command, env=environment)


def test_fast(arguments: list[str]) -> int:
    """The suite without browser tests."""
    install("requirements-dev.lock")
    command = [str(PYTHON), "-m", "pytest", "-q", *side_by_side(), "-m", "not journey", *arguments]
    return subprocess.call(command, env={**test_environment(), **told()})


def coverage(arguments: list[str]) -> int:
    """Which lines the suite without browser tests runs: to follow each costs half as much again."""
    measured = ["--cov", "--cov-report=term:skip-covered", "--cov-fail-under=95"]
    return test_fast([*measured, *arguments])


def side_by_side() -> list[str]:
    """Workers for pytest: each takes a core and a clone of the template database."""
    return ["-n", str(min(os.cpu_count() or 1, 4))]


def check(arguments: list[str]) -> int:
    """The fast part of CI; every tool runs, the first failure decides the exit code."""
    install("requirements-dev.lock")
    tool = str(VENV / "bin")
    templates = [str(path) for path in ROOT.glob("osler/**/templates/**/*.html")]
    steps = {
        "format": [f"{tool}/ruff", "format", "--check", "osler", "tests", "tools"],
        "lint": [f"{tool}/ruff", "check", "osler", "tests", "tools"],
        "imports": [f"{tool}/lint-imports"],
        "types": [f"{tool}/mypy", *TYPED],
        "templates": [f"{tool}/djade", "--check", "--target-version", "5.2", *templates],
        "migrations": [str(PYTHON), "-m", "osler", "makemigrations", "--check", "--dry-run"],
        "house": [str(PYTHON), "-m", "pytest", "-q", "tests/house"],
    }
    failed = []
    for name, command in steps.items():
        print(f"== {name}", flush=True)
        environment = {**test_environment(), "OSLER_DEMO": "1"}
        if subprocess.call(command, env=environment) != 0:
            failed.append(name)
    print("check:", f"failed: {', '.join(failed)}" if failed else "all good")
    return 1 if failed else 0


def format_all(arguments: list[str]) -> int:
    """Lay out code and templates as `check` wants them."""
    install("requirements-dev.lock")
    tool = str(VENV / "bin")
    templates = [str(path) for path in ROOT.glob("osler/**/templates/**/*.html")]
    folders = ["osler", "tests", "tools"]
    subprocess.call([f"{tool}/ruff", "check", "--fix", "--quiet", *folders])
    subprocess.call([f"{tool}/ruff", "format", *folders])
    subprocess.call([f"{tool}/djade", "--target-version", "5.2", *templates])
    return 0


def bench(arguments: list[str]) -> int:
    """The benchmark suite."""
    install("requirements-dev.lock")
    return subprocess.call([str(PYTHON), "-m", "tools.bench", *arguments], env=test_environment())


def matching(arguments: list[str]) -> int:
    """How well duplicates are found, on published sets of people."""
    install("requirements-dev.lock")
    return subprocess.call([str(PYTHON), "-m", "tools.matching", *arguments], env=test_environment())


def lock(arguments: list[str]) -> int:
    """Renew the lock files: every version with its hashes, no addresses."""
    install_uv()
    uv = [str(PYTHON), "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    uv += [
        "--python-version",
        "3.11",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--no-header",
        "pyproject.toml",
    ]
    code = subprocess.call([*uv, "-o", "requirements.lock", *arguments])
    for extra in ("dev", "reading"):
        code = code or subprocess.call(
            [*uv, "--extra", extra, "-o", f"requirements-{extra}.lock", *arguments]
        )
    return code


def messages(arguments: list[str]) -> int:
    """Gather the texts of the interface and compile the catalogues."""
    install("requirements-dev.lock")
    return subprocess.call([str(PYTHON), "-m", "tools.messages", *arguments])


def walls(arguments: list[str]) -> int:
    """Write down what the migrations put round the tables, for `osler prove` to compare with."""
    install("requirements-dev.lock")
    return subprocess.call([str(PYTHON), "-m", "tools.walls", *arguments], env=test_environment())


def screenshots(arguments: list[str]) -> int:
    """Pictures for docs/, from the demo clinic."""
    install("requirements-dev.lock")
    environment = {**test_environment(), "OSLER_BROWSER": find_browser()}
    return subprocess.call([str(PYTHON), "-m", "tools.screenshots", *arguments], env=environment)


def clean(arguments: list[str]) -> int:
    """Remove the environment and the state of this checkout."""
    for folder in (VENV, ROOT / "var"):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def install(requirements: str) -> None:
    """Make the environment and bring it to the locked versions; at once if it is there already.

    A lock names everything that is wanted, so no package may bring others."""
    wanted = hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()
    stamp = VENV / f"{requirements}.stamp"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    install_uv()
    uv = [
        str(PYTHON),
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "-r",
        requirements,
    ]
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "-r",
        requirements,
    ]
    if subprocess.call(uv) != 0 and subprocess.call(pip) != 0:
        sys.exit("The packages could not be installed; the lines above say why. Nothing else was changed.")
    stamp.write_text(wanted)


def install_uv() -> None:
    """The environment, and uv in it: a faster installer."""
    if not PYTHON.exists():
        print("Making the environment in .venv ...", flush=True)
        have_ensurepip()
        venv.create(VENV, with_pip=True)
    if subprocess.call([str(PYTHON), "-c", "import uv"], stderr=subprocess.DEVNULL) != 0:
        subprocess.call([str(PYTHON), "-m", "pip", "install", "--quiet", "uv"])


def have_ensurepip() -> None:
    """Debian keeps what makes an environment in a package of its own."""
    if find_spec("ensurepip"):
        return
    package = f"python3.{sys.version_info.minor}-venv"
    if not (may_install() and apt_install(package)):
        sys.exit(f"Python lacks ensurepip; install it first, on Debian: apt-get install {package}")


def may_install() -> bool:
    """Whether this is a Debian and we are root on it."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(package: str) -> bool:
    """Install a package of the system; whether that went well."""
    subprocess.call(["apt-get", "update", "-qq"])
    return subprocess.call(["apt-get", "install", "-y", "-qq", package], stdout=subprocess.DEVNULL) == 0


def free_port(wanted: int) -> int:
    """The first port from `wanted` on that is free together with the next two (live stream, mail)."""
    for port in range(wanted, wanted + 200, 2):
        if all(is_free(port + number) for number in range(3)):
            return port
    sys.exit(f"No free port from {wanted} on; set OSLER_PORT.")


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def find_browser() -> str:
    """A chromium on this machine, installed if that is possible; without one the run fails."""
    chosen = os.environ.get("OSLER_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if chosen:
        return chosen
    if may_install() and apt_install("chromium") and (found := shutil.which("chromium")):
        return found
    subprocess.call([str(PYTHON), "-m", "playwright", "install", "chromium"])
    finder = "from playwright.sync_api import sync_playwright as start\n"
    finder += "with start() as browsers: print(browsers.chromium.executable_path)"
    path = subprocess.run([str(PYTHON), "-c", finder], capture_output=True, text=True).stdout.strip()
    if Path(path).exists():
        return path
    sys.exit("No chromium: install one, or set OSLER_BROWSER to its path.")


def told() -> dict[str, str]:
    """What the developer says to the tests: which browser, how many cases from which seed, sample or all."""
    return {name: os.environ[name] for name in TOLD if name in os.environ}


def test_environment() -> dict[str, str]:
    """The environment of the tests: nothing of a running installation leaks in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OSLER_")}
    kept.pop("DATABASE_URL", None)
    return {**compiled(kept), "PYTHONPATH": str(ROOT)}


def compiled(environment: Mapping[str, str]) -> dict[str, str]:
    """What Python compiles is kept beside the packages, even on a machine that is told to keep none of it:
    else each process that starts would compile 1,700 modules."""
    kept = {**environment, "PYTHONPYCACHEPREFIX": str(VENV / "compiled")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


if __name__ == "__main__":
    sys.exit(main())
