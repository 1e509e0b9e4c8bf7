"""What a site may set, and what is refused with a sentence that names it."""

from pathlib import Path

import pytest

from osler.config.config import Misconfigured, load_config
from osler.config.databases import database_settings

SOUND = {"OSLER_SECRET_KEY": "k" * 50, "OSLER_ALLOWED_HOSTS": "clinic.example, www.clinic.example"}


def load(home: Path, **given: str):
    return load_config({"OSLER_HOME": str(home), **given})


def test_environment_beats_file_and_file_beats_default(tmp_path: Path) -> None:
    (tmp_path / "osler.toml").write_text('port = 9000\nhost = "::1"\nworkers = 3\n')

    config = load(tmp_path, OSLER_PORT="9100", **SOUND)

    assert (config.port, config.live_port, config.host, config.workers) == (9100, 9101, "::1", 3)
    assert config.allowed_hosts == ("clinic.example", "www.clinic.example")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"OSLER_PROT": "1", **SOUND}, "OSLER_PROT"),
        ({"OSLER_PORT": "many", **SOUND}, "OSLER_PORT"),
        ({"OSLER_DEMO": "perhaps"}, "OSLER_DEMO"),
        ({**SOUND, "OSLER_SECRET_KEY": "short"}, "OSLER_SECRET_KEY"),
        ({**SOUND, "OSLER_ALLOWED_HOSTS": ""}, "OSLER_ALLOWED_HOSTS"),
        ({**SOUND, "OSLER_ALLOWED_HOSTS": "*"}, "star"),
        ({**SOUND, "OSLER_TRUSTED_PROXIES": "proxy.example"}, "OSLER_TRUSTED_PROXIES"),
        ({**SOUND, "OSLER_TRUSTED_PROXIES": "10.0.0.1/8"}, "OSLER_TRUSTED_PROXIES"),
        ({**SOUND, "OSLER_TRUSTED_PROXIES": "10.0.0.1, 0.0.0.0/0"}, "anybody"),
        ({"OSLER_DEMO": "1", "OSLER_HOST": "0.0.0.0"}, "loopback"),
        ({"OSLER_DEMO": "1", "OSLER_ALLOWED_HOSTS": "clinic.example"}, "loopback"),
    ],
)
def test_refuses(tmp_path: Path, given: dict[str, str], told: str) -> None:
    with pytest.raises(Misconfigured, match=told):
        load(tmp_path, **given)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("line", ["prot = 1", 'home = "elsewhere"', "port = ["])
def test_refuses_a_file_with(tmp_path: Path, line: str) -> None:
    (tmp_path / "osler.toml").write_text(line)

    with pytest.raises(Misconfigured, match=r"osler\.toml"):
        load(tmp_path, **SOUND)


def test_demo_makes_its_key_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = (load(tmp_path, OSLER_DEMO="1").secret_key for _ in range(2))

    assert first == second
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_proxies_are_addresses_and_networks(tmp_path: Path) -> None:
    config = load(tmp_path, OSLER_TRUSTED_PROXIES="10.0.0.0/24, 192.0.2.7, fd00::/8", **SOUND)

    assert [str(one) for one in config.proxy_networks] == ["10.0.0.0/24", "192.0.2.7/32", "fd00::/8"]


def test_secrets_do_not_show_when_a_configuration_is_printed(tmp_path: Path) -> None:
    config = load(tmp_path, DATABASE_URL="postgresql://owner:pass-word@db/clinic", **SOUND)

    assert "pass-word" not in repr(config)
    assert SOUND["OSLER_SECRET_KEY"] not in repr(config)


def test_own_server_takes_every_part_of_its_url(tmp_path: Path) -> None:
    url = "postgresql://own%40er:p%2Fw@one:5433,[::1]:5434/clinic?sslmode=verify-full"

    databases = database_settings(load(tmp_path, DATABASE_URL=url, **SOUND))

    owner, web = databases["owner"], databases["default"]
    assert (owner["USER"], owner["PASSWORD"], owner["NAME"]) == ("own@er", "p/w", "clinic")
    assert (owner["HOST"], owner["PORT"]) == ("one,::1", "5433,5434")
    assert owner["OPTIONS"]["options"] == "-c app.web_role=clinic_web"
    assert (web["USER"], web["HOST"], len(web["PASSWORD"])) == ("clinic_web", "one,::1", 64)
    assert web["OPTIONS"]["sslmode"] == owner["OPTIONS"]["sslmode"] == "verify-full"
    assert web["OPTIONS"]["target_session_attrs"] == "read-write"
    assert "options" not in web["OPTIONS"]


@pytest.mark.parametrize("url", ["postgresql://db/", "mysql://db/clinic"])
def test_refuses_a_database_that_cannot_be(tmp_path: Path, url: str) -> None:
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        database_settings(load(tmp_path, DATABASE_URL=url, **SOUND))


def test_embedded_database_has_a_password_for_each_role(tmp_path: Path) -> None:
    databases = database_settings(load(tmp_path, **SOUND))

    owner, web = databases["owner"], databases["default"]
    assert (owner["USER"], web["USER"]) == ("osler", "osler_web")
    assert owner["PASSWORD"] != web["PASSWORD"]
    assert web["CONN_MAX_AGE"] is None
