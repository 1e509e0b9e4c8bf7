"""What became of the reminders of the clinic: who planned, changed or ended what, and when."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from osler.clinic.communication.leads import lead_words
from osler.clinic.communication.models import ReminderLadder, ReminderStep
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide

MOST = 40
_ENTRIES = """
WITH plan AS (
    SELECT 'communication_reminderladder' AS entity, l.id, to_jsonb(l) AS content, l.service_id
    FROM communication_reminderladder l
    UNION ALL
    SELECT 'communication_reminderstep', s.id, to_jsonb(s), l.service_id
    FROM communication_reminderstep s JOIN communication_reminderladder l ON l.id = s.ladder_id
)
SELECT e.recorded_at, coalesce(u.name, ''), e.actor_role, plan.entity, coalesce(v.name, ''), e.version = 1,
       coalesce(now.content, plan.content)
FROM plan
JOIN audit_event e ON e.entity = plan.entity AND e.entity_id = plan.id
LEFT JOIN directory_healthcareservice v ON v.id = plan.service_id
LEFT JOIN accounts_user u ON u.id = e.actor_id
LEFT JOIN audit_rowhistory now
       ON now.table_name = e.entity AND now.row_id = e.entity_id AND now.version = e.version
WHERE e.organization_id = %(organization)s AND e.patient_id IS NULL AND e.action IN ('C', 'U')
ORDER BY e.recorded_at DESC, e.id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class LadderEntry:
    """One saving of a ladder or of one of its steps, as it was from then on."""

    at: datetime
    who: str
    role: str
    is_step: bool
    service: str
    is_first: bool
    content: dict[str, Any]

    @property
    def ladder(self) -> str:
        """Whose reminders they are."""
        return self.service or _("Every kind of visit")

    @property
    def is_ended(self) -> bool:
        """Whether it holds no more."""
        return not self.content["active"]

    @property
    def is_on(self) -> bool:
        """Whether the ladder's reminders are sent."""
        return bool(self.content.get("is_on"))

    @property
    def quiet_from(self) -> str:
        """When the quiet hours begin."""
        return str(self.content["quiet_from"])[:5]

    @property
    def quiet_until(self) -> str:
        """When they end."""
        return str(self.content["quiet_until"])[:5]

    @property
    def step_words(self) -> str:
        """How long before the visit."""
        return lead_words(int(self.content["lead_minutes"]))

    @property
    def by_words(self) -> str:
        """By which channel."""
        return str(ReminderStep.By(self.content["by"]).label)


def ladder_history(actor: Actor) -> list[LadderEntry]:
    """The latest savings, newest first; one statement."""
    decide(actor, "read", ReminderLadder)
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"organization": actor.organization_id, "most": MOST})
        return [
            LadderEntry(at, who, role, entity.endswith("step"), service, is_first, _object(content))
            for at, who, role, entity, service, is_first, content in cursor.fetchall()
        ]


def _object(content: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content) if isinstance(content, str) else content
    return found
