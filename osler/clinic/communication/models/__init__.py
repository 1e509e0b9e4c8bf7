"""The tables of conversations, notices, reminders, recalls and of what was learnt about missed visits."""

from osler.clinic.communication.models.conversations import Invitation, Message, Thread
from osler.clinic.communication.models.missing import NoShowGroup, NoShowModel
from osler.clinic.communication.models.notices import Notice
from osler.clinic.communication.models.recalls import RecallRule, RecallStep
from osler.clinic.communication.models.reminders import OptOut, PatientReply, ReminderLadder, ReminderStep

__all__ = [
    "Invitation",
    "Message",
    "NoShowGroup",
    "NoShowModel",
    "Notice",
    "OptOut",
    "PatientReply",
    "RecallRule",
    "RecallStep",
    "ReminderLadder",
    "ReminderStep",
    "Thread",
]
