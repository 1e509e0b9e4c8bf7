"""How each status looks and reads: a tone, an icon and a word, never colour alone."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Tone(StrEnum):
    """What a colour means."""

    NEUTRAL = "neutral"
    QUIET = "quiet"
    INFO = "info"
    ACCENT = "accent"
    WARN = "warn"
    OK = "ok"
    DANGER = "danger"


@dataclass(frozen=True)
class StatusLook:
    """The look of one status code."""

    tone: Tone
    icon: str
    label: str | Promise


def _look(tone: Tone, icon: str, label: str | Promise) -> StatusLook:
    return StatusLook(tone, icon, label)


VISITS = {
    "proposed": _look(Tone.QUIET, "circle-dashed", _("Proposed")),
    "pending": _look(Tone.INFO, "circle-dashed", _("Awaiting confirmation")),
    "requested": _look(Tone.INFO, "circle-dashed", _("Requested")),
    "booked": _look(Tone.NEUTRAL, "calendar", _("Booked")),
    "confirmed": _look(Tone.INFO, "calendar-check", _("Confirmed")),
    "arrived": _look(Tone.WARN, "armchair", _("Arrived")),
    "checked-in": _look(Tone.WARN, "door-open", _("In room")),
    "roomed": _look(Tone.WARN, "door-open", _("In room")),
    "triaged": _look(Tone.WARN, "clipboard-list", _("Triaged")),
    "planned": _look(Tone.NEUTRAL, "calendar", _("Planned")),
    "in-progress": _look(Tone.ACCENT, "stethoscope", _("With clinician")),
    "fulfilled": _look(Tone.OK, "circle-check", _("Done")),
    "finished": _look(Tone.OK, "circle-check", _("Finished")),
    "noshow": _look(Tone.QUIET, "user-x", _("No-show")),
    "cancelled": _look(Tone.QUIET, "circle-x", _("Cancelled")),
    "waitlist": _look(Tone.INFO, "list-ordered", _("Waiting list")),
    "onleave": _look(Tone.QUIET, "log-out", _("On leave")),
    "free": _look(Tone.OK, "circle", _("Free")),
    "busy": _look(Tone.NEUTRAL, "circle-minus", _("Busy")),
}

RECORDS = {
    "draft": _look(Tone.QUIET, "pencil", _("Draft")),
    "active": _look(Tone.ACCENT, "circle-dot", _("Active")),
    "on-hold": _look(Tone.WARN, "circle-pause", _("On hold")),
    "revoked": _look(Tone.QUIET, "circle-x", _("Revoked")),
    "stopped": _look(Tone.QUIET, "circle-stop", _("Stopped")),
    "completed": _look(Tone.OK, "circle-check", _("Completed")),
    "entered-in-error": _look(Tone.QUIET, "eraser", _("Entered in error")),
    "registered": _look(Tone.QUIET, "circle-dashed", _("Registered")),
    "collected": _look(Tone.INFO, "test-tube", _("Specimen taken")),
    "partial": _look(Tone.INFO, "circle-dashed", _("Partial")),
    "preliminary": _look(Tone.INFO, "hourglass", _("Preliminary")),
    "final": _look(Tone.OK, "circle-check", _("Final")),
    "signed": _look(Tone.OK, "lock", _("Signed")),
    "amended": _look(Tone.INFO, "file-pen", _("Amended")),
    "corrected": _look(Tone.INFO, "file-pen", _("Corrected")),
    "appended": _look(Tone.INFO, "file-plus", _("Appended")),
    "unknown": _look(Tone.QUIET, "circle-question-mark", _("Unknown")),
    "inactive": _look(Tone.QUIET, "circle-minus", _("Inactive")),
    "resolved": _look(Tone.OK, "circle-check", _("Resolved")),
    "remission": _look(Tone.OK, "circle-minus", _("Remission")),
    "recurrence": _look(Tone.WARN, "rotate-ccw", _("Recurrence")),
    "relapse": _look(Tone.WARN, "rotate-ccw", _("Relapse")),
    "confirmed-finding": _look(Tone.NEUTRAL, "circle-check", _("Confirmed")),
    "unconfirmed": _look(Tone.QUIET, "circle-question-mark", _("Unconfirmed")),
    "refuted": _look(Tone.QUIET, "circle-x", _("Refuted")),
    "provisional": _look(Tone.INFO, "circle-question-mark", _("Provisional")),
    "differential": _look(Tone.QUIET, "circle-question-mark", _("Differential")),
    "intended": _look(Tone.QUIET, "circle-dashed", _("Intended")),
    "not-taken": _look(Tone.QUIET, "circle-x", _("Not taken")),
    "suspended": _look(Tone.WARN, "circle-pause", _("Suspended")),
    "low": _look(Tone.QUIET, "arrow-down", _("Low risk")),
    "high": _look(Tone.WARN, "triangle-alert", _("High risk")),
    "unable-to-assess": _look(Tone.QUIET, "circle-question-mark", _("Risk not assessed")),
    "not-done": _look(Tone.QUIET, "circle-x", _("Not done")),
    "acknowledged": _look(Tone.OK, "check", _("Acknowledged")),
    "new": _look(Tone.ACCENT, "circle-dot", _("New")),
    "stat": _look(Tone.DANGER, "zap", _("Stat")),
    "asap": _look(Tone.WARN, "zap", _("As soon as possible")),
    "critical": _look(Tone.DANGER, "triangle-alert", _("Critical")),
    "abnormal": _look(Tone.WARN, "triangle-alert", _("Abnormal")),
    "urgent": _look(Tone.WARN, "zap", _("Urgent")),
    "routine": _look(Tone.QUIET, "minus", _("Routine")),
}

MONEY = {
    "billable": _look(Tone.INFO, "receipt", _("To bill")),
    "billed": _look(Tone.OK, "receipt-text", _("Billed")),
    "not-billable": _look(Tone.QUIET, "circle-minus", _("Not billable")),
    "aborted": _look(Tone.QUIET, "circle-x", _("Stopped")),
    "issued": _look(Tone.INFO, "send", _("Issued")),
    "balanced": _look(Tone.OK, "circle-check", _("Paid")),
    "overdue": _look(Tone.WARN, "clock-alert", _("Overdue")),
    "part-paid": _look(Tone.INFO, "circle-dashed", _("Partly paid")),
    "ready": _look(Tone.INFO, "circle-check", _("Ready")),
    "submitted": _look(Tone.INFO, "send", _("Submitted")),
    "accepted": _look(Tone.OK, "check", _("Accepted")),
    "rejected": _look(Tone.WARN, "circle-x", _("Rejected")),
    "denied": _look(Tone.WARN, "circle-x", _("Denied")),
    "paid": _look(Tone.OK, "circle-check", _("Paid")),
}

MESSAGES = {
    "unread": _look(Tone.ACCENT, "mail", _("Unread")),
    "read": _look(Tone.QUIET, "mail-open", _("Read")),
    "answered": _look(Tone.OK, "reply", _("Answered")),
    "waiting": _look(Tone.WARN, "clock", _("Waiting")),
    "closed": _look(Tone.QUIET, "archive", _("Closed")),
    "open": _look(Tone.ACCENT, "circle-dot", pgettext_lazy("status", "Open")),
    "sent": _look(Tone.OK, "send", _("Sent")),
    "failed": _look(Tone.DANGER, "triangle-alert", _("Failed")),
    "running": _look(Tone.INFO, "loader", _("Running")),
    "queued": _look(Tone.QUIET, "clock", _("Queued")),
    "withdrawn": _look(Tone.QUIET, "circle-minus", _("Withdrawn")),
    "settled": _look(Tone.QUIET, "check", _("Settled")),
    "declined": _look(Tone.QUIET, "circle-x", _("Declined")),
    "lapsed": _look(Tone.QUIET, "clock", _("No answer")),
    "taken": _look(Tone.QUIET, "circle-minus", _("Taken by somebody else")),
}

LOOKS: dict[str, StatusLook] = VISITS | RECORDS | MONEY | MESSAGES


def status_look(code: str) -> StatusLook:
    """The look of a status; one that nobody has drawn yet reads as its code."""
    known = LOOKS.get(code)
    return known or StatusLook(Tone.NEUTRAL, "circle", code.replace("-", " ").capitalize())
