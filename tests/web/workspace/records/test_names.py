"""Coded names of other systems as people say them."""

import pytest

from osler.web.workspace.templatetags.chart import plain_name, report_name, visit_name


@pytest.mark.parametrize(
    ("coded", "said"),
    [
        ("Viral sinusitis (disorder)", "Viral sinusitis"),
        ("zoster", "Zoster"),
        ("pH of urine", "pH of urine"),
        ("Encounter for screening for colon cancer", "Encounter for screening for colon cancer"),
    ],
)  # fmt: skip
def test_names_lose_their_tag_and_nothing_else(coded, said):
    assert plain_name(coded) == said


@pytest.mark.parametrize(
    ("coded", "said"),
    [
        ("Encounter for check up (procedure)", "Check up"),
        ("Encounter for 'check-up'", "Check-up"),
        ("Emergency room admission (procedure)", "Emergency room admission"),
        ("", ""),
    ],
)
def test_a_visit_is_called_by_what_it_was_for(coded, said):
    assert visit_name(coded) == said


@pytest.mark.parametrize(
    ("coded", "said"),
    [
        ("CBC (hemogram) panel - Blood by Automated count", "CBC (hemogram) panel"),
        ("Comprehensive metabolic 2000 panel - Serum or Plasma", "Comprehensive metabolic 2000 panel"),
        ("Certificate of death - 2003 revision", "Certificate of death - 2003 revision"),
    ],
)  # fmt: skip
def test_a_report_is_called_without_specimen_and_method(coded, said):
    assert report_name(coded) == said
