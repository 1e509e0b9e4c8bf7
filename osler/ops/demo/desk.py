"""What an administrator has set at the desk: a kind of number, and a draft of the page that waits."""

from osler.clinic.patients.desk_page import add_own_field, begin_draft
from osler.clinic.patients.models import DeskField, IdentifierType
from osler.clinic.patients.models.desk_page import OwnField
from osler.clinic.patients.number_types import add_identifier_type
from osler.foundation.audit.context import acting
from osler.ops.demo.house import House

HEARD = "f | Friends | Amistades\nw | Web | Web"
FIELDS = (
    ("People at home", "Personas en casa", OwnField.Kind.NUMBER, ""),
    ("How you heard of us", "Cómo supo de nosotros", OwnField.Kind.CHOICE, HEARD),
)


def make_desk(house: House) -> None:
    """Nothing of it applies to the day that the demo shows."""
    actor = house.actors["admin"]
    with acting(actor, reason="demo"):
        folder = IdentifierType(name="Paper folder", name_es="Carpeta", shape="F-#####-#", check_digit="luhn")
        add_identifier_type(folder, actor=actor)
        draft = begin_draft(actor=actor)
        section = draft.sections.get(key="contact")
        for label, label_es, kind, options in FIELDS:
            field = DeskField(page=draft, section=section, label=label, label_es=label_es, options=options)
            field.position = 900
            add_own_field(field, kind=kind, actor=actor)
