"""The grid of values of one test."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import DiagnosticReport, Observation
from osler.clinic.records.observations.trends import Line, Reading
from osler.clinic.records.results.entering import limits_of
from osler.foundation.terminology.laboratory import Analyte, LabTest
from osler.foundation.terminology.ranges import Judgement, ReferenceRange
from osler.foundation.ui.results import number_text
from osler.web.workspace.templatetags.chart import trimmed


@dataclass(frozen=True)
class GridRow:
    """One line of the grid: what is measured, its input, its limits, the value before."""

    analyte: Analyte
    field: BoundField
    limits: ReferenceRange | Judgement
    value: Observation | None
    before: Reading | None


class ResultForm(forms.Form):
    """One input a value, named by the code of what is measured."""

    conclusion = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        test: LabTest,
        values: Sequence[Observation] = (),
        version: int = 0,
        **kwargs: Any,
    ) -> None:
        known = {row.code: _as_typed(row) for row in values}
        super().__init__(*args, auto_id="value-%s", initial={**known, "version": version}, **kwargs)
        self.test = test
        for analyte in test.analytes:
            widget = forms.TextInput(
                attrs={
                    "class": "input is-number" if analyte.is_numeric else "input",
                    "inputmode": "decimal" if analyte.is_numeric else "text",
                    "autocomplete": "off",
                    "data-grid": "",
                }
            )
            self.fields[analyte.code] = forms.CharField(
                label=analyte.name, required=False, max_length=200, widget=widget
            )

    def values(self) -> dict[str, str]:
        """What was typed, by code."""
        return {analyte.code: self.cleaned_data[analyte.code] for analyte in self.test.analytes}

    def rows(
        self,
        patient: Patient,
        *,
        values: Sequence[Observation],
        lines: Iterable[Line],
        report: DiagnosticReport | None,
    ) -> list[GridRow]:
        """The lines of the grid in the order of the test."""
        by_code = {row.code: row for row in values}
        trends = {line.code: line for line in lines}
        return [
            GridRow(
                analyte,
                self[analyte.code],
                limits_of(analyte, patient=patient),
                by_code.get(analyte.code),
                _before(trends.get(analyte.code), report),
            )
            for analyte in self.test.analytes
        ]


def _before(line: Line | None, report: DiagnosticReport | None) -> Reading | None:
    """The last value that is not of this report."""
    if line is None:
        return None
    own = report.id if report else None
    return next((reading for reading in line.readings if reading.report_id != own), None)


def _as_typed(row: Observation) -> str:
    exact = trimmed(row.value)
    return number_text(exact).replace("\N{MINUS SIGN}", "-") if exact is not None else row.value_text


class AmendForm(forms.Form):
    """Why a final result is corrected."""

    reason = forms.CharField(label=_("Reason of the correction"), max_length=300)
