import pytest

from osler.interop.fhir.scopes import BadScope, allows, parse_scopes


@pytest.mark.parametrize(
    ("text", "resource_type", "letters"),
    [
        ("user/*.cruds", "Goal", "cruds"),
        ("user/Observation.rs", "Observation", "rs"),
        ("user/Observation.rs", "Goal", ""),
        ("patient/*.read", "Goal", "rs"),
        ("system/Patient.write", "Patient", "cud"),
        ("user/Patient.*", "Patient", "cruds"),
        ("openid user/Patient.r user/Patient.c", "Patient", "cr"),
    ],
)
def test_a_scope_allows_exactly_its_letters(text, resource_type, letters):
    scopes = parse_scopes(text)

    assert {letter for letter in "cruds" if allows(scopes, resource_type, letter)} == set(letters)


@pytest.mark.parametrize(
    "text",
    ["", "openid", "user/*", "user/*.", "user/*.sr", "user/Nonsense.r", "admin/*.r", "user/*.cruds extra"],
)
def test_a_scope_that_is_not_understood_is_refused(text):
    with pytest.raises(BadScope):
        parse_scopes(text)
