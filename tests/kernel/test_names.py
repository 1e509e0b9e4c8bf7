"""Names as people say and sort them."""

import pytest

from osler.kernel.names import titled_name


@pytest.mark.parametrize(
    ("prefix", "suffix", "said"),
    [
        ("Dr.", "MD", "Dr. Ruth Abara"),
        ("Dr.", "Ph.D.", "Dr. Ruth Abara"),
        ("Dr.", "Jr.", "Dr. Ruth Abara Jr."),
        ("", "MD", "Ruth Abara MD"),
        ("", "PA-C", "Ruth Abara PA-C"),
        ("Dr.", "", "Dr. Ruth Abara"),
        ("", "", "Ruth Abara"),
    ],
    ids=["doctorate", "with dots", "generation", "no title", "license", "title alone", "plain"],
)
def test_a_doctorate_is_said_once(prefix, suffix, said):
    assert titled_name(prefix=prefix, given="Ruth", family="Abara", suffix=suffix) == said
