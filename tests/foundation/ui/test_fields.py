from typing import Any

import pytest
from django import forms

from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.fields import CardSelect, Combobox, SegmentedSelect, SlotSelect, Switch


class Visit(forms.Form):
    family = forms.CharField(label="Family name", help_text="As in the passport")
    weight = forms.DecimalField(label="Weight", required=False)
    sex = forms.ChoiceField(choices=[("f", "Female"), ("m", "Male")], widget=SegmentedSelect)
    time = forms.ChoiceField(choices=[("9", "09:00")], widget=SlotSelect)
    kind = forms.ChoiceField(choices=[("v", "Visit")], widget=CardSelect)
    channels = forms.MultipleChoiceField(choices=[("sms", "Text")], widget=forms.CheckboxSelectMultiple)
    consent = forms.BooleanField(label="Agrees")
    quiet = forms.BooleanField(required=False, widget=Switch)
    story = forms.CharField(widget=forms.Textarea)
    site = forms.ChoiceField(choices=[("1", "Main")])
    born = ClinicDateField()
    code = forms.CharField(widget=Combobox(url="/codes/", code_field="code_id", fills_field="story"))


def test_a_field_says_its_label_hint_and_need(draw: Any) -> None:
    html = draw('{% field form.family autocomplete="family-name" %}', form=Visit())

    assert [line.strip() for line in html.splitlines() if line.strip()] == [
        '<div class="field" id="id_family-field">',
        '<label class="field-label" for="id_family">Family name '
        '<span class="field-required">required</span></label>',
        '<div class="field-hint" id="id_family-hint">As in the passport</div>',
        '<input type="text" name="family" autocomplete="family-name" aria-describedby="id_family-hint" '
        'class="input" required id="id_family">',
        "</div>",
    ]


def test_an_error_stands_at_its_field_and_in_the_summary(draw: Any) -> None:
    form = Visit({"family": ""})

    html = draw("{% error_summary form %}{% field form.family %}", form=form)

    assert '<a href="#id_family">Family name: This field is required.</a>' in html
    assert 'id="id_family-error"' in html
    assert 'aria-describedby="id_family-hint id_family-error"' in html
    assert 'aria-invalid="true"' in html


def test_a_form_not_yet_sent_has_no_summary(draw: Any) -> None:
    assert draw("{% error_summary form %}", form=Visit()).strip() == ""


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("weight", 'inputmode="decimal"'),
        ("sex", 'class="segmented segmented-row"'),
        ("time", 'class="slot-choices"'),
        ("kind", 'class="choice-cards"'),
        ("channels", '<div class="choices" id="id_channels">'),
        ("consent", '<label class="choice" for="id_consent">'),
        ("quiet", 'class="switch"'),
        ("story", 'class="textarea"'),
        ("site", '<select name="site" class="select"'),
        ("born", 'data-date="any"'),
        ("code", 'data-combobox="/codes/"'),
    ],
)
def test_each_kind_of_field_has_its_markup(draw: Any, name: str, part: str) -> None:
    assert part in draw("{% field one %}", one=Visit()[name])


def test_groups_are_fieldsets_with_a_legend(draw: Any) -> None:
    html = draw("{% field form.sex %}", form=Visit())

    assert html.count("<fieldset") == 1
    assert html.count("<legend") == 1
    assert html.count('type="radio"') == 2


def test_a_unit_stands_in_the_field(draw: Any) -> None:
    assert '<span class="input-unit" id="id_weight-unit">kg</span>' in draw(
        '{% field form.weight unit="kg" %}', form=Visit()
    )


def test_a_hint_given_in_the_page_is_escaped(draw: Any) -> None:
    assert "&lt;b&gt;" in draw("{% field form.weight hint=hint %}", form=Visit(), hint="<b>")
