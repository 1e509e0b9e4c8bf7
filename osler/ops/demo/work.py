"""What waits for each role today: orders, specimens, results, drafts, follow-ups, a missing price."""

from datetime import date, timedelta

from osler.clinic.billing.charges.capturing import Service, capture_charge
from osler.clinic.records.models import DiagnosticReport, Encounter, ServiceRequest
from osler.clinic.records.orders.follow_ups import SERVICE_SYSTEM
from osler.clinic.records.results.entering import collect_specimen, enter_result
from osler.clinic.records.results.verifying import verify_report
from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.foundation.audit.writing import write
from osler.foundation.terminology.laboratory import find_test
from osler.kernel import clock
from osler.kernel.coding import LOINC
from osler.ops.demo.chance import Chance, table
from osler.ops.demo.house import House

WAITS = ("to-collect", "overdue", "to-enter", "to-verify", "unread")
PRIORITIES = ("stat", "urgent", "asap", *["routine"] * 12)
Waiting = tuple[str, ServiceRequest]
ADULT_DAYS = 18 * 366
NOBODYS = date.min
# The demo doctor's first results: one critical, one abnormal, one as usual at any age.
FIRST_RESULTS, FIRST_MARKS = ("24321-2", "4548-4", "3016-3"), ("critical", "high", "usual")
FOLLOW_UPS = (-9, -4, -1, 2, 5, 9, 14, 21, 28, 42)


def make_work(house: House, chance: Chance, *, today: date) -> None:
    """From visits of the last days, so that each worklist has its lines."""
    with acting(house.actors["lab"], reason="demo"):
        pool = _pool(chance)
        waiting = _orders(house, pool, chance)
        write(order for _, order in waiting)
        _work_through(waiting, house.actors["lab"], chance)
        write(_follow_ups(house, pool, chance, today))
    with acting(house.actors["billing"], reason="demo"):
        visit = pool[0]
        brace = Service("SUPPLY-7", today, "Ankle brace")
        actor = house.actors["billing"]
        capture_charge(f"demo:{visit.id}", patient=visit.patient, service=brace, encounter=visit, actor=actor)


def renew_work(house: House, chance: Chance, *, today: date) -> None:
    """A new day: what waited since yesterday is done, and each worklist has its lines again."""
    old = clock.now() - timedelta(hours=20)
    lab = house.actors["lab"]
    with acting(lab, reason="demo"):
        orders = ServiceRequest.objects.filter(category="laboratory", status="active", authored_at__lt=old)
        for order in orders.select_related("patient", "requester", "encounter").order_by("authored_at"):
            if find_test(order.code) is not None and any(
                row["code"] == order.code for row in table("worklist")
            ):
                _bring_to_end(order, lab, chance)
        unread = DiagnosticReport.objects.filter(
            acknowledged_at=None, verified_at__lt=old - timedelta(days=2), owner__isnull=False
        )
        for report in unread.select_related("patient", "owner", "order", "encounter"):
            report.acknowledged_at, report.acknowledged_by = clock.now(), report.owner
            report.save()
        waiting = _orders(house, _pool(chance), chance)
        write(order for _, order in waiting)
        _work_through(waiting, lab, chance)


def _bring_to_end(order: ServiceRequest, actor: Actor, chance: Chance) -> None:
    if order.collected_at is None:
        collect_specimen(order, actor=actor)
    report = DiagnosticReport.objects.filter(order=order).first()
    if report is None:
        report = enter_result(order, values=_values(order, "", chance), actor=actor)
    if report.verified_at is None:
        verify_report(report, actor=actor)


def _pool(chance: Chance) -> list[Encounter]:
    """Visits of the last days, from which orders may come."""
    since = clock.now() - timedelta(days=9)
    visits = Encounter.objects.filter(started_at__gte=since, practitioner__isnull=False)
    pool = list(
        visits.select_related("patient", "practitioner").defer("resource").order_by("started_at", "id")
    )
    chance.shuffle(pool)
    return pool


def _orders(house: House, pool: list[Encounter], chance: Chance) -> list[Waiting]:
    """Three results for the demo's doctor, one or two for each other, and the laboratory's day."""
    first = house.clinicians[0][0].id
    found = []
    for doctor, _ in house.clinicians:
        own = [visit for visit in pool if visit.practitioner_id == doctor.id]
        if doctor.id == first:  # what stands out in an adult may have no range for an infant
            own.sort(
                key=lambda visit: (clock.today() - (visit.patient.birth_date or NOBODYS)).days < ADULT_DAYS
            )
        wanted = ["unread"] * (3 if doctor.id == first else chance.randint(1, 2))
        wanted += ["to-collect", chance.choice(WAITS[1:4])]
        codes = iter(FIRST_RESULTS if doctor.id == first else ())
        for visit, wait in zip(own, wanted, strict=False):
            code = next(codes, "") or chance.choice(table("worklist"))["code"]
            found.append((wait, _order(visit, wait, code, chance)))
    taken = {order.encounter_id for _, order in found}
    rest = (visit for visit in pool if visit.id not in taken)
    for (wait, visit), row in zip(zip(WAITS[:4], rest, strict=False), table("worklist"), strict=False):
        found.append((wait, _order(visit, wait, row["code"], chance)))
    return found


def _order(visit: Encounter, wait: str, code: str, chance: Chance) -> ServiceRequest:
    test = find_test(code)
    assert test is not None
    ago = (
        timedelta(days=chance.randint(3, 8))
        if wait == "overdue"
        else timedelta(minutes=chance.randint(20, 200))
    )
    asked = clock.now() - ago
    return ServiceRequest(
        patient=visit.patient,
        encounter=visit,
        requester=visit.practitioner,
        system=LOINC,
        code=test.code,
        display=test.name,
        priority=chance.choice(PRIORITIES) if wait != "overdue" else "routine",
        authored_at=asked,
        due_on=(asked + timedelta(days=1)).date() if wait == "overdue" else None,
    )


def _work_through(waiting: list[Waiting], actor: Actor, chance: Chance) -> None:
    """The laboratory has taken, entered and verified what is no longer to be taken."""
    severe = iter(FIRST_MARKS)
    for wait, order in waiting:
        if wait in ("to-collect", "overdue"):
            continue
        taken = (order.authored_at or clock.now()) + timedelta(minutes=chance.randint(2, 15))
        collect_specimen(order, at=taken, actor=actor)
        if wait == "to-enter":
            continue
        how = next(severe, "") if wait == "unread" else ""
        report = enter_result(order, values=_values(order, how, chance), actor=actor)
        if wait == "unread":
            report = verify_report(report, actor=actor)
            _date(report, chance)


def _values(order: ServiceRequest, how: str, chance: Chance) -> dict[str, str]:
    row = next(row for row in table("worklist") if row["code"] == order.code)
    how = how or chance.choices(("usual", "high", "critical"), (6, 3, 1))[0]
    return dict(pair.split(":", 1) for pair in row[how].split())


def _date(report: DiagnosticReport, chance: Chance) -> None:
    """Results have come in over the last hours, not all at once."""
    hours = timedelta(minutes=chance.randint(3, 15))
    report.issued_at = report.verified_at = clock.now() - hours
    report.save()


def _follow_ups(house: House, pool: list[Encounter], chance: Chance, today: date) -> list[ServiceRequest]:
    service = house.services["Office visit"]
    return [
        ServiceRequest(
            patient=visit.patient,
            encounter=visit,
            requester=visit.practitioner,
            category="follow-up",
            system=SERVICE_SYSTEM,
            code=str(service.id),
            display=service.name,
            due_on=today + timedelta(days=days),
            note=chance.choice(("Blood pressure again", "Bring the list of sugars", "")),
            authored_at=visit.started_at,
        )
        for days, visit in zip(FOLLOW_UPS, reversed(pool), strict=False)
    ]
