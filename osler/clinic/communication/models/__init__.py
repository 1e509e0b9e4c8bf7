"""The tables of conversations, notices and reminders."""

from osler.clinic.communication.models.conversations import Invitation, Message, Thread
from osler.clinic.communication.models.notices import Notice
from osler.clinic.communication.models.reminders import OptOut, PatientReply, ReminderLadder, ReminderStep

__all__ = [
    "Invitation",
    "Message",
    "Notice",
    "OptOut",
    "PatientReply",
    "ReminderLadder",
    "ReminderStep",
    "Thread",
]
