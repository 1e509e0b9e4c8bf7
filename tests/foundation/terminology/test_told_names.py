"""What tests are called for the patient."""

from osler.foundation.terminology.laboratory import analytes, lab_tests, told_name


def test_every_test_has_a_spanish_name():
    known = [*lab_tests().values(), *analytes().values()]
    assert [one.code for one in known if not one.name_es] == []


def test_a_name_is_told_in_the_readers_language():
    assert told_name("2823-3", "Potassium", "es-MX") == "Potasio"
    assert told_name("2823-3", "Potassium [Moles/volume]", "en") == "Potassium [Moles/volume]"
    assert told_name("0-0", "Something else", "es") == "Something else"
