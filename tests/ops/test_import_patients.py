"""`osler import-patients`."""

import csv
import io
import json
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command

from osler.clinic.patients.models import ImportRow, Patient, PatientImport
from tests.clinic.patients.importing.conftest import ADA, BEN, EVA, text_of
from tests.clinic.patients.importing.test_taking import row_counts

pytestmark = pytest.mark.django_db


def said(*words: object) -> str:
    out = io.StringIO()
    call_command("import-patients", *map(str, words), stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    found = tmp_path / "old practice.csv"
    found.write_bytes(text_of(ADA, BEN, EVA.replace(",F,", ",?,"), EVA))
    return found


def test_a_dry_run_tells_and_changes_no_table(file, tmp_path, act, adam):
    with act(adam):
        before = row_counts()
    told = said(file, "--dry-run", "--errors", tmp_path / "errors.csv")
    assert told.startswith("Would be: 3 registered, 0 known already, 0 completed, 0 to decide, 1 refused;")
    with act(adam):
        assert row_counts() == before
    with (tmp_path / "errors.csv").open() as lines:
        assert list(csv.reader(lines))[1][:2] == ["4", "Sex"]


def test_a_file_is_taken_in_once_and_told_when_it_comes_again(file, tmp_path, act, adam):
    assert said(file, "--duplicates", tmp_path / "alike.csv").startswith("3 registered")
    with pytest.raises(CommandError, match="imported before"):
        said(file)
    assert said(file, "--again").startswith("0 registered, 3 known already")
    with act(adam):
        assert Patient.objects.count() == 3
        assert PatientImport.objects.count() == 2


def test_an_import_that_was_broken_off_goes_on(file, act, adam, monkeypatch):
    monkeypatch.setattr("osler.clinic.patients.importing.taking.BATCH", 2)

    def stop(self, done: int) -> None:
        raise KeyboardInterrupt

    command = import_module("osler.ops.management.commands.import-patients").Command
    monkeypatch.setattr(command, "tell", stop)
    with pytest.raises(CommandError, match="start it again to go on"):
        said(file)
    monkeypatch.undo()
    with act(adam):
        assert ImportRow.objects.count() == 2
    assert "Going on" in said(file)
    with act(adam):
        assert ImportRow.objects.count() == 4
        assert Patient.objects.count() == 3


def test_a_mapping_says_which_column_is_what(tmp_path, act, adam):
    file, mapping = tmp_path / "a.csv", tmp_path / "a.json"
    file.write_text("A;B;C;D\nAda;Okafor;08/07/1945;9\n")
    columns = {"A": "given", "B": "family", "C": "birth_date", "D": {"field": "number", "issuer": "Old"}}
    mapping.write_text(json.dumps({"columns": columns, "dates": "day-first"}))
    said(file, "--mapping", mapping)
    with act(adam):
        ada = Patient.objects.get()
        assert ada.birth_date.isoformat() == "1945-07-08"
        assert ada.identifiers.get().system == "urn:osler:mrn:old"
    for wrong in ({"columns": {"X": "given"}}, {"columns": {"A": "shoe"}}, {"dates": "x"}, {"no": 1}, []):
        mapping.write_text(json.dumps(wrong))
        with pytest.raises(CommandError):
            said(file, "--mapping", mapping, "--again")
    with act(adam):
        assert Patient.objects.count() == 1


def test_a_file_that_cannot_be_read_is_an_error_in_words(tmp_path, adam):
    with pytest.raises(CommandError, match="cannot be read"):
        said(tmp_path / "nothing.csv")
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,\x00\n")
    with pytest.raises(CommandError, match="Row 2, column 2"):
        said(tmp_path / "a.csv")
