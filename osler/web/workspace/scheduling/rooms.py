"""The day by rooms and devices: a column for each that can be held, and for each that is."""

from collections.abc import Iterable

from django.db.models import Q

from osler.clinic.scheduling.queries import SheetRow
from osler.foundation.directory.models import Location
from osler.web.workspace.scheduling.filters import Filters
from osler.web.workspace.scheduling.grid import Column


def room_columns(filters: Filters, sheet: Iterable[SheetRow]) -> list[Column]:
    """The rooms of the site (or of all), by name; what a visit holds elsewhere has a column too."""
    held = {place for row in sheet for place in (row.room_id, *row.also_places) if place}
    rooms = Q(form=Location.Form.ROOM, status=Location.Status.ACTIVE)
    if filters.site is not None:
        rooms &= Q(part_of=filters.site)
    found = (
        Location.objects.filter(rooms | Q(id__in=held))
        .select_related("part_of")
        .order_by("part_of__name", "name", "id")
    )
    return [
        Column(
            key=str(room.id),
            title=room.name if filters.site else room.told_with_site,
            resource_id=room.id,
            day=filters.day,
            is_place=True,
            is_today=filters.is_today,
        )
        for room in found
    ]
