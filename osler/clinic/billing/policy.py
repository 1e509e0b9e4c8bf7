"""Who may do what with money (minimum necessary).

Reception sees what is owed and takes payments, not which services an invoice lists. Nurses and
physicians see no money. Patients read their own invoices, never drafts.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q

from osler.clinic.billing.models import (
    ChargeItem,
    FeeItem,
    FeeSchedule,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Payment,
    Posting,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import OWN, TENANT, Scope, for_roles, rights
from osler.foundation.access.roles import Role

PATIENTS = (Role.PATIENT, Role.PROXY)
OFFICE = (Role.BILLING,)
DESK = (Role.BILLING, Role.RECEPTION)
ISSUED = frozenset({"issued", "balanced", "cancelled"})


@dataclass(frozen=True)
class Issued(Scope):
    """Invoices, or their lines, once they are issued."""

    status_path: str = "status"

    def q(self, actor: Actor) -> Q:
        return super().q(actor) & Q(**{f"{self.status_path}__in": ISSUED})

    def holds(self, actor: Actor, row: Model) -> bool:
        status: Any = row
        for step in self.status_path.split("__"):
            status = getattr(status, step)
        return super().holds(actor, row) and status in ISSUED


OWN_ISSUED = Issued("patient_id", "patient_id")
OWN_LINES = Issued("patient_id", "patient_id", status_path="invoice__status")

for prices in (FeeSchedule, FeeItem):
    rights(
        prices,
        {
            "read": for_roles(TENANT, *OFFICE, Role.ADMINISTRATOR),
            "price": for_roles(TENANT, *OFFICE, Role.ADMINISTRATOR),
        },
    )
rights(
    ChargeItem,
    {action: for_roles(TENANT, *OFFICE) for action in ("read", "capture", "price", "waive", "invoice")},
)
rights(
    Invoice,
    {
        "read": for_roles(TENANT, *DESK) | for_roles(OWN_ISSUED, *PATIENTS),
        # The whole document, services and all: for those who may read its lines.
        "print": for_roles(TENANT, *OFFICE) | for_roles(OWN_ISSUED, *PATIENTS),
        "issue": for_roles(TENANT, *OFFICE),
        "credit": for_roles(TENANT, *OFFICE),
        "adjust": for_roles(TENANT, *OFFICE),
    },
)
rights(
    InvoiceLine,
    {"read": for_roles(TENANT, *OFFICE) | for_roles(OWN_LINES, *PATIENTS)},
)
rights(
    Payment,
    {
        "read": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "take": for_roles(TENANT, *DESK),
        "take-from-payer": for_roles(TENANT, *OFFICE),
        "refund": for_roles(TENANT, *OFFICE),
    },
)
BOOKS = for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS)
rights(Posting, {"read": BOOKS})
rights(
    JournalEntry,
    {
        "read": BOOKS,
        "balance": for_roles(TENANT, *OFFICE, Role.ADMINISTRATOR),
    },
)
