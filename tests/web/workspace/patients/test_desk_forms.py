"""The forms of the desk and the layout that is shipped know the same fields."""

from osler.clinic.patients.desk_layout import AMENDMENT, REGISTRATION, shipped_layout
from osler.web.workspace.patients.forms import AmendmentForm, IdentityForm, RegistrationForm


def test_every_field_of_the_forms_has_its_place_in_what_is_shipped() -> None:
    known = {field.name for field in shipped_layout().fields}

    assert set(RegistrationForm.base_fields) | set(AmendmentForm.base_fields) == known


def test_each_form_has_what_is_shown_there() -> None:
    for form, when in ((RegistrationForm, REGISTRATION), (AmendmentForm, AMENDMENT)):
        shown = {field.name for part in shipped_layout().shown(when) for field in part.fields}
        assert shown <= set(form.base_fields)
    form = IdentityForm(layout=shipped_layout())
    assert [part.title for part in form.parts()] == ["Person", "Contact"]
    assert [part.title for part in form.parts()[0].folded] == ["More about the person"]
