"""What can stand against a booking.

Conflict
├── SlotTaken          the time is held by another appointment; carries other free times
│   ├── ResourceTaken  none of a pool that the service needs is free
│   └── NothingBefore  what the service needs before it cannot be had that day
├── RoomTaken          the room is held by another appointment
├── PoolNamed          two pools have one name
├── ScheduleBusy       others are booking the same calendar right now
├── QueueNamed         two queues of a site have one name or one letter
├── QueueClosed        nobody is taken into a queue that was closed
├── QueuedAlready      the patient waits in this queue
├── WaitsAlready       the patient is on the waiting list for it
├── NothingToReplace   the visit to be had earlier is over
├── OfferOver          the offer is no longer open
├── OfferedToAnother   a time is offered to one person at a time
├── HasOffer           somebody is offered one time at a time
├── NobodyWaits        there is nobody to call
├── NotWaiting         this patient waits no more, or is being called
├── RoomCalls          somebody is being called into this room
├── HoursOverlap       the clinician works there in these hours already
├── AskedAlready       one request a service is open at most
├── VisitsOpen         the patient has as many visits to come as he may book by himself
└── MovedOften         the patient has moved this visit as often as he may
Invalid
├── OutsideSchedule    nobody works there then
├── TimePassed         the time is over
├── TimeSkipped        clocks go forward: that time does not exist on that day
├── TimeDoubled        clocks go back: that time comes twice on that day
├── HoursEmpty         hours end after they begin
├── ValidityEmpty      hours hold on one day at least
├── AbsenceEmpty       an absence ends after it begins
├── LengthImpossible   a visit takes between five minutes and twelve hours
├── PriorityReasonNeeded  what goes before others says why
├── AnswerNeeded       a request is declined with a reason
├── SeriesTooShort     a series has two visits at least
├── SeriesTooLong      a series has sixty visits at most, within a year
├── SeriesAlone        what needs another visit before it is not repeated
├── TooLate            the cut-off for patients is over
├── UndoOver           patients take back their own cancellation, within minutes
├── NotOnline          this kind of visit is not booked without the desk
├── TooSoon            the visit would begin too soon to be booked online
└── TooFar             it lies farther ahead than is booked online
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from osler.kernel import constraints
from osler.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from osler.clinic.scheduling.calendars.availability import Slot


class SlotTaken(Conflict):
    """The time is held by another appointment; `times` are other free ones."""

    code = "slot-taken"
    message = _("Somebody else has just taken this time. Nothing was booked.")
    field = "start"
    times: Sequence["Slot"] = ()


class RoomTaken(Conflict):
    """The room is held by another appointment at this time."""

    code = "room-taken"
    message = _("This room is in use at that time. Please choose another room.")
    field = "room"


class ResourceTaken(SlotTaken):
    """None of a pool that the service needs (`pool_id`) is free."""

    code = "resource-taken"
    message = _("What this visit needs besides the clinician is in use at that time. Nothing was booked.")
    pool_id: UUID | None = None


class NothingBefore(SlotTaken):
    """What the service needs before it, on the same day, cannot be had in time."""

    code = "nothing-before"
    message = _("What must come before this visit cannot be had in time that day. Nothing was booked.")


class PoolNamed(Conflict):
    """Two pools of one name could not be told apart."""

    code = "pool-named"
    message = _("There is a pool of this name already.")
    field = "name"


class QueueNamed(Conflict):
    """Two queues of one name or letter could not be told apart in a waiting room."""

    code = "queue-named"
    message = _("This site has a queue with this name or letter already.")
    field = "letter"


class QueueClosed(Conflict):
    """Nobody is taken into a queue that was closed."""

    code = "queue-closed"
    message = _("This queue is closed. Nothing was changed; please choose another.")


class QueuedAlready(Conflict):
    """Somebody waits once in a queue."""

    code = "queued-already"
    message = _("This patient is waiting in this queue already. Nothing was changed.")


class NobodyWaits(Conflict):
    """There is nobody whom the caller could call."""

    code = "nobody-waits"
    message = _("Nobody is waiting here for you.")


class NotWaiting(Conflict):
    """The patient waits no more, or somebody else calls him."""

    code = "not-waiting"
    message = _("This patient is not waiting any more, or somebody else is calling. Nothing was changed.")


class RoomCalls(Conflict):
    """Two called into one room would meet at its door."""

    code = "room-calls"
    message = _("Somebody is being called into this room already. Say first what became of that call.")
    field = "room"


class ScheduleBusy(Conflict):
    """The wait for others who book in the same calendar took longer than ours may."""

    code = "schedule-busy"
    message = _("Others are booking in this calendar right now. Nothing was changed; please try again.")


class AskedAlready(Conflict):
    """A request for this kind of visit already waits for an answer."""

    code = "asked-already"
    message = _("You have already asked for this kind of visit. We will answer soon.")
    field = "service"


class OutsideSchedule(Invalid):
    """Nobody works there then, by hours or by absence."""

    code = "outside-schedule"
    message = _("This is outside the clinician's working hours.")
    field = "start"


class TimePassed(Invalid):
    """The time is over."""

    code = "time-passed"
    message = _("This time is already over. Please choose a later one.")
    field = "start"


class TimeSkipped(Invalid):
    """The wall clock never shows this time: clocks go forward over it (D18)."""

    code = "time-skipped"
    message = _("Clocks go forward that night: this time does not exist. Please choose another.")
    field = "start"


class TimeDoubled(Invalid):
    """The wall clock shows this time twice: clocks go back over it, and we must ask (D18)."""

    code = "time-doubled"
    message = _("Clocks go back that night: this time comes twice. Please say which one is meant.")
    field = "fold"


class HoursOverlap(Conflict):
    """Two rows of hours of one schedule never share a weekday, a time and a day."""

    code = "hours-overlap"
    message = _("Other hours are noted for this weekday and time already. Nothing was saved.")
    field = "starts"


class HoursEmpty(Invalid):
    """Hours have a length and do not run past midnight."""

    code = "hours-empty"
    message = _("The end must be later than the beginning.")
    field = "ends"


class ValidityEmpty(Invalid):
    """Hours hold on one day at least; those that never held are taken back."""

    code = "validity-empty"
    message = _("The last day must not lie before the first.")
    field = "last_day"


class AbsenceEmpty(Invalid):
    """An absence has a length."""

    code = "absence-empty"
    message = _("The absence must end after it begins.")
    field = "last_day"


class LengthImpossible(Invalid):
    """Nobody's visit takes so long, or so short."""

    code = "length-impossible"
    message = _("A visit takes between 5 minutes and 12 hours.")
    field = "minutes"


class PriorityReasonNeeded(Invalid):
    """Who goes before others does so for a reason that others can read."""

    code = "priority-reason-needed"
    message = _("Please say why.")
    field = "reason"


class AnswerNeeded(Invalid):
    """A request is declined with a reason that the patient reads."""

    code = "answer-needed"
    message = _("Please write a reason; the patient will read it.")
    field = "reason"


class SeriesTooShort(Invalid):
    """What is repeated has two visits at least."""

    code = "series-too-short"
    message = _("A series has at least two visits. Please say how often the visit is repeated.")
    field = "repeat_count"


class SeriesTooLong(Invalid):
    """A series ends: after sixty visits or a year at the latest."""

    code = "series-too-long"
    message = _("A series has at most 60 visits, within a year. Please choose fewer or an earlier last day.")
    field = "repeat_count"


class SeriesAlone(Invalid):
    """What needs another visit before it is booked one by one."""

    code = "series-alone"
    message = _(
        "This kind of visit needs another one before it and cannot be repeated. Please book it singly."
    )
    field = "service"


class TooLate(Invalid):
    """Patients cancel by themselves until the cut-off, then by phone."""

    code = "too-late"
    message = _("It is too late to cancel this visit here. Please call us.")


class UndoOver(Invalid):
    """Patients take back what they cancelled themselves, and within minutes."""

    code = "undo-over"
    message = _("This cannot be taken back here any more. Please call us, or book anew.")


class NotOnline(Invalid):
    """The desk books this kind of visit, or this time of it."""

    code = "not-online"
    message = _("This visit is booked by the clinic. Please call us, or ask for an appointment.")


class TooSoon(Invalid):
    """The service wants more time before what is booked online."""

    code = "too-soon"
    message = _("This time is too near to be booked online. Please choose a later one, or call us.")
    field = "start"


class TooFar(Invalid):
    """The calendar is open online for so many days."""

    code = "too-far"
    message = _("This time is too far ahead to be booked online. Please choose an earlier one.")
    field = "start"


class VisitsOpen(Conflict):
    """So many visits of a kind a patient books by himself, then the desk does."""

    code = "visits-open"
    message = _("You have such a visit booked already. To book another one, please call us.")


class MovedOften(Conflict):
    """So often a patient moves a visit by himself, then the desk does."""

    code = "moved-often"
    message = _("This visit was moved several times already. To move it again, please call us.")


class WaitsAlready(Conflict):
    """A patient waits for a kind of visit once, and once to have a visit earlier."""

    code = "waits-already"
    message = _("This patient is on the waiting list for it already.")
    field = "service"


class NothingToReplace(Conflict):
    """Only a visit that is still to come can be had earlier."""

    code = "nothing-to-replace"
    message = _("This visit is over, or was cancelled: there is nothing to have earlier.")


class OfferOver(Conflict):
    """The offer was answered, taken back, or its time has passed."""

    code = "offer-over"
    message = _("This offer is no longer open. Nothing was changed.")


class OfferedToAnother(Conflict):
    """A time is offered to one person at a time."""

    code = "offered-to-another"
    message = _("This time is offered to somebody else at the moment. Nothing was changed.")


class HasOffer(Conflict):
    """Somebody is offered one time at a time."""

    code = "has-offer"
    message = _("This patient has an open offer already.")


class NoNotice(Invalid):
    """What is so near cannot be offered to somebody who needs more notice."""

    code = "no-notice"
    message = _("This time is too near to be offered.")


constraints.declare("appointment_no_overlap", SlotTaken)
constraints.declare("pool_named_once", PoolNamed)
constraints.declare("queue_named_once_a_site", QueueNamed)
constraints.declare("queue_letter_once_a_site", QueueNamed)
constraints.declare("queueentry_room_calls_one", RoomCalls)
constraints.declare("appointment_asked_once_a_service", AskedAlready)
constraints.declare("weeklyhours_no_overlap", HoursOverlap)
constraints.declare("weeklyhours_not_empty", HoursEmpty)
constraints.declare("weeklyhours_valid_some_day", ValidityEmpty)
constraints.declare("absence_not_empty", AbsenceEmpty)
constraints.declare("waitlistoffer_one_at_a_time", OfferedToAnother)
constraints.declare("waitlistoffer_one_an_entry", HasOffer)
