"""osler import, export and token, as an operator meets them; a real process where it is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from osler.clinic.patients.models import Patient
from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.tenants import tenants
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.arrivals.importing import Importing
from osler.interop.fhir.models import SourceRecord
from osler.ops.supervisor.cluster import OWNER, WEB
from tests import databases
from tests.conftest import new_actor
from tests.environment import FULL
from tests.interop.fhir.conftest import Api, rows
from tests.interop.fhir.examples import example

LINES = 12_000 if FULL else 3_000


def patient(key, family="Levin"):
    return {"resourceType": "Patient", "id": key, "name": [{"family": family}], "birthDate": "1970-01-02"}


def write(path, *resources):
    path.write_text("\n".join(json.dumps(each) for each in resources))
    return path


def said(*words, **options):
    """What a command prints: its answer, and its complaints."""
    out, err = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_an_import_counts_refuses_with_a_place_and_goes_on(organization, tmp_path):
    file = write(tmp_path / "Patient.ndjson", patient("a"), {**patient("b"), "gender": "x"}, patient("c"))
    report = tmp_path / "report.csv"

    out, err = said("import", str(file), "--report", str(report))
    again, _ = said("import", str(file))

    assert out.startswith("2 created, 0 changed, 0 unchanged, 1 refused; ")
    assert err == f"refused: {file} [1] Patient.gender: “x” is not a code of administrative-gender\n"
    assert again.startswith("0 created, 0 changed, 2 unchanged, 1 refused; ")
    assert report.read_text().splitlines()[1].startswith(f"refused,{file},1,Patient.gender,")


def test_a_dry_run_tells_all_and_writes_nothing(organization, tmp_path):
    file = write(tmp_path / "Patient.ndjson", patient("a"), patient("b"))

    out, _ = said("import", "--dry-run", str(file))

    assert out.startswith("Would have: 2 created, 0 changed, 0 unchanged, 0 refused; ")
    assert rows(organization, Patient) == []
    with acting(SystemActor(organization.id)):
        assert not SourceRecord.objects.exists()


def test_an_import_that_is_stopped_says_what_is_kept(organization, tmp_path, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Importing, "run", stopped)
    file = write(tmp_path / "Patient.ndjson", patient("a"))

    with pytest.raises(CommandError, match="start it again to go on"):
        said("import", str(file))
    with pytest.raises(CommandError, match="Nothing was kept"):
        said("import", str(file), "--dry-run")


def test_what_is_not_there_is_said_before_anything_is_written(organization, tmp_path):
    file = write(tmp_path / "Patient.ndjson", patient("a"))

    with pytest.raises(CommandError, match="missing"):
        said("import", str(file), str(tmp_path / "missing.json"))

    assert rows(organization, Patient) == []


def test_a_file_with_a_name_that_is_not_utf_8_can_be_told(organization, tmp_path):
    file = tmp_path / os.fsdecode(b"caf\xe9.json")
    file.write_text("{")

    _, err = said("import", str(file), "--report", str(tmp_path / "report.csv"))

    assert "caf\\udce9.json [0] : " in err


def test_the_first_import_of_an_empty_installation_opens_its_tenant(db, tmp_path):
    file = write(tmp_path / "Patient.ndjson", patient("a"))

    said("import", "--dry-run", str(file))
    assert tenants() == []
    out, _ = said("import", str(file), "--organization", "Hill Practice")

    assert out.startswith("1 created")
    assert [name for _, name in tenants()] == ["Hill Practice"]


def test_of_several_tenants_one_must_be_named(organization, charlie, tmp_path):
    file = write(tmp_path / "Patient.ndjson", patient("a"))

    with pytest.raises(CommandError, match="--organization"):
        said("import", str(file))
    said("import", str(file), "--organization", str(organization.id))

    assert len(rows(organization, Patient)) == 1


def test_an_export_writes_a_file_a_type_and_never_over_another(organization, tmp_path):
    observation = {
        **example("Observation", "a"),
        "id": "o",
        "hasMember": [{"reference": "Observation/never"}],
    }
    observation.pop("encounter", None)
    said("import", str(write(tmp_path / "all.ndjson", patient("a"), patient("b", "Kahn"), observation)))

    out, _ = said("export", "--all", str(tmp_path / "whole"))
    [one] = [each for each in rows(organization, Patient) if each.family == "Kahn"]
    said("export", "--patient", str(one.id), str(tmp_path / "one"))

    assert "       2 Patient\n" in out
    assert sorted(path.name for path in (tmp_path / "whole").iterdir()) == [
        "Observation.ndjson",
        "Organization.ndjson",
        "Patient.ndjson",
    ]
    text = json.loads((tmp_path / "whole" / "Observation.ndjson").read_text())
    assert text["hasMember"] == [{"reference": "Observation/never"}]
    assert [json.loads(line)["id"] for line in (tmp_path / "one" / "Patient.ndjson").open()] == [str(one.id)]
    with pytest.raises(CommandError, match="is not empty; nothing was written"):
        said("export", "--all", str(tmp_path / "whole"))


def test_a_token_opens_the_api_for_its_scope_alone(organization):
    physician = new_actor(organization, Role.PHYSICIAN, "Ruth Abara", practitioner=True)
    email = User.objects.get(pk=physician.user_id).email

    token, _ = said("token", "create", "--user", email, "--scope", "user/Patient.rs")

    api = Api(None)
    api.headers = {"HTTP_AUTHORIZATION": f"Bearer {token.strip()}"}
    assert [api.get(f"/{name}").status_code for name in ("Patient", "Observation")] == [200, 403]
    with pytest.raises(CommandError, match="There is no account"):
        said("token", "create", "--user", "nobody@clinic.test", "--scope", "user/*.rs")
    with pytest.raises(CommandError):
        said("token", "create", "--user", email, "--scope", "everything")


def test_an_import_that_is_killed_goes_on_where_it_was(live_clinic, tmp_path):
    file = write(tmp_path / "Patient.ndjson", *(patient(f"p{number}") for number in range(LINES)))
    environment = os.environ | {
        "OSLER_HOME": str(tmp_path),
        "OSLER_DATABASE_URL": databases.CLUSTER.dsn(OWNER, live_clinic.name),
        "OSLER_WEB_DATABASE_URL": databases.CLUSTER.dsn(WEB, live_clinic.name),
    }
    command = [sys.executable, "-m", "osler", "import", str(file)]
    first = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 180  # a busy machine, not a measure of speed
    while not (begun := counted(live_clinic.organization)) and time.monotonic() < deadline:
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    taken = counted(live_clinic.organization)

    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert 0 < begun <= taken < LINES
    assert f"\n{LINES - taken} created, 0 changed, {taken} unchanged, 0 refused;" in f"\n{second.stdout}"
    assert counted(live_clinic.organization) == LINES


def counted(organization):
    with acting(SystemActor(organization.id)):
        return Patient.objects.count()
