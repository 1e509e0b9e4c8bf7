"""What can stand against a booking.

Conflict
├── SlotTaken          the time is held by another appointment; carries other free times
│   └── ResourceTaken  none of a pool that the service needs is free
├── RoomTaken          the room is held by another appointment
├── PoolNamed          two pools have one name
├── ScheduleBusy       others are booking the same calendar right now
├── QueueNamed         two queues of a site have one name or one letter
├── QueueClosed        nobody is taken into a queue that was closed
├── WaitsAlready       the patient waits in this queue
├── NobodyWaits        there is nobody to call
├── NotWaiting         this patient waits no more, or is being called
├── RoomCalls          somebody is being called into this room
├── HoursOverlap       the clinician works there in these hours already
└── AskedAlready       one request a service is open at most
Invalid
├── OutsideSchedule    nobody works there then
├── TimePassed         the time is over
├── TimeSkipped        clocks go forward: that time does not exist on that day
├── TimeDoubled        clocks go back: that time comes twice on that day
├── HoursEmpty         hours end after they begin
├── ValidityEmpty      hours hold on one day at least
├── AbsenceEmpty       an absence ends after it begins
├── PriorityReasonNeeded  what goes before others says why
├── AnswerNeeded       a request is declined with a reason
└── TooLate            the cut-off for patients is over
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from osler.kernel import constraints
from osler.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from osler.clinic.scheduling.availability import Slot


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


class WaitsAlready(Conflict):
    """Somebody waits once in a queue."""

    code = "waits-already"
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
    """The wait for others who book in the same calendar took longer than two seconds."""

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


class TooLate(Invalid):
    """Patients cancel by themselves until the cut-off, then by phone."""

    code = "too-late"
    message = _("It is too late to cancel this visit here. Please call us.")


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
