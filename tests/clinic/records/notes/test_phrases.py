import pytest

from osler.clinic.records.notes.digest import PARTS
from osler.clinic.records.notes.phrases import expand_phrases, note_templates, phrases


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        pytest.param(".heart", phrases()[".heart"].text, id="alone"),
        pytest.param("Well. .abd", "Well. " + phrases()[".abd"].text, id="after words"),
        pytest.param("v1.ros", "v1.ros", id="inside a word"),
        pytest.param(".nosuch thing", ".nosuch thing", id="unknown stays"),
    ],
)
def test_dot_phrases_are_written_out(typed, written):
    assert expand_phrases(typed) == written


def test_templates_name_known_parts_and_phrases():
    for template in note_templates().values():
        assert set(template.parts) == set(PARTS)
        written = " ".join(expand_phrases(words) for words in template.parts.values())
        assert not [name for name in phrases() if f" {name} " in f" {written} "]
