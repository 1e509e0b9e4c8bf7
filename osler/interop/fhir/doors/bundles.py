"""batch and transaction: many interactions in one request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from osler.interop.fhir.arrivals.arriving import Arriving, Key
from osler.interop.fhir.arrivals.linking import key_named, names_of, place_of, references_in, relinked
from osler.interop.fhir.doors.chain import BASE, _trouble, body_of_request, json_response
from osler.interop.fhir.doors.doing import write_all
from osler.interop.fhir.doors.outcomes import Trouble, outcome
from osler.interop.fhir.doors.placing import here, judged, new_arriving, permit, refuse_dangling
from osler.interop.fhir.doors.queries import pairs_of, query_of
from osler.interop.fhir.doors.reading import as_uuid, read_row
from osler.interop.fhir.doors.searching import search_bundle
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.doors.writing import create_one, doing, the_one, update_one, wanted_version
from osler.interop.fhir.lossless import write_text
from osler.interop.fhir.parameters import BadSearch
from osler.interop.fhir.validation.schema import resource_types
from osler.kernel.errors import Refusal

MOST_ENTRIES = 5000
NO_REQUEST = UUID(int=0)


def bundle(request: HttpRequest, caller: Caller) -> HttpResponse:
    """POST [base] with a batch or a transaction."""
    sent = body_of_request(request)
    kind = sent.get("type") if isinstance(sent, dict) else None
    if (
        not isinstance(sent, dict)
        or sent.get("resourceType") != "Bundle"
        or kind not in ("batch", "transaction")
    ):
        raise Trouble(400, "send a Bundle of type batch or transaction", path="Bundle.type")
    entries = sent.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Trouble(400, "entries are objects", path="Bundle.entry")
    if len(entries) > MOST_ENTRIES:
        raise Trouble(413, f"a Bundle has at most {MOST_ENTRIES} entries", path="Bundle.entry")
    base = f"{request.scheme}://{request.get_host()}{BASE}"
    if kind == "batch":
        answers = [batch_entry(caller, entry, index, base) for index, entry in enumerate(entries)]
    else:
        with doing(caller):
            answers = Transaction(caller, base).run(entries)
    return json_response(
        f'{{"resourceType":"Bundle","type":"{kind}-response","entry":[{",".join(answers)}]}}'
        if answers
        else f'{{"resourceType":"Bundle","type":"{kind}-response"}}'
    )


def request_of(entry: dict[str, Any], index: int) -> tuple[str, str, dict[str, Any]]:
    """Method, path with query, and the whole request of an entry."""
    asked = entry.get("request")
    path = f"Bundle.entry[{index}].request"
    if not isinstance(asked, dict):
        raise Trouble(400, "every entry has a request", path=path)
    method, url = asked.get("method"), asked.get("url")
    if method not in ("GET", "HEAD", "POST", "PUT"):
        raise Trouble(405, f"{str(method)[:20]} is not possible here", path=f"{path}.method")
    if not isinstance(url, str) or not url:
        raise Trouble(400, "every request has a url", path=f"{path}.url")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Trouble(400, "this is no URL", path=f"{path}.url") from error
    target = parts.path.partition(f"{BASE}/")[2] if BASE in parts.path else parts.path.lstrip("/")
    return method, f"{target}?{parts.query}" if parts.query else target, asked


def type_of(target: str, index: int) -> str:
    name = target.partition("?")[0].partition("/")[0]
    if name not in resource_types():
        raise Trouble(404, "there is no such resource type", path=f"Bundle.entry[{index}].request.url")
    return name


@contextmanager
def at_entry(index: int) -> Iterator[None]:
    """Whatever goes wrong inside is about this entry."""
    try:
        yield
    except (Trouble, Refusal, BadSearch) as error:
        raise _trouble(error, NO_REQUEST).seen_from(index) from error


def batch_entry(caller: Caller, entry: dict[str, Any], index: int, base: str) -> str:
    """One entry of a batch: its failure is its own."""
    try:
        with doing(caller):
            return single(caller, entry, index, base)
    except Exception as error:
        trouble = _trouble(error, caller.request_id).seen_from(index)
        return answer_text(trouble.status, outcome=outcome(trouble.issues))


def single(caller: Caller, entry: dict[str, Any], index: int, base: str) -> str:
    method, target, asked = request_of(entry, index)
    name = type_of(target, index)
    if method in ("GET", "HEAD"):
        return get_entry(caller, name, target, base)
    as_it_was = permit(caller, name, "create" if method == "POST" else "update")
    resource = judged(entry.get("resource"), name)
    if method == "POST":
        made = create_one(caller, resource, asked.get("ifNoneExist") or "", as_it_was=as_it_was)
        location = f"{base}/{made.location}/_history/{made.version}"
        return answer_text(made.status, location, version=made.version)
    key = as_uuid(target.partition("/")[2])
    version = wanted_version(asked.get("ifMatch") or "")
    each = update_one(caller, {**resource, "id": str(key)}, key, version, as_it_was=as_it_was)
    location = f"{base}/{name}/{each.resource_id}/_history/{each.version}"
    return answer_text(200, location, version=each.version)


def get_entry(caller: Caller, name: str, target: str, base: str) -> str:
    path, _, query = target.partition("?")
    key = path.partition("/")[2]
    if key:
        caller.need(name, "r")
        text, version, _ = read_row(caller, name, as_uuid(key))
        return answer_text(200, version=version, resource=text)
    caller.need(name, "s")
    found = search_bundle(caller, name, query_of(pairs_of(query)), base=base)
    return answer_text(200, resource=found)


def answer_text(
    status: int, location: str = "", *, version: int | None = None, resource: str = "", outcome: Any = None
) -> str:
    """One entry of the answer."""
    response: dict[str, Any] = {"status": str(status)}
    if location:
        response["location"] = location
    if version is not None:
        response["etag"] = f'W/"{version}"'
    if outcome is not None:
        response["outcome"] = outcome
    shown = f'"resource":{resource},' if resource else ""
    return f'{{{shown}"response":{write_text(response)}}}'


class Transaction:
    """All entries or none; the order is POST, PUT, GET (R4 http.html#trules)."""

    def __init__(self, caller: Caller, base: str) -> None:
        self.caller, self.base = caller, base
        self.answers: dict[int, str] = {}

    def run(self, entries: list[dict[str, Any]]) -> list[str]:
        """Do everything; the first failure undoes it all and names its entry."""
        asked = [request_of(entry, index) for index, entry in enumerate(entries)]
        arriving, ids, posted = [], {}, {}
        for index, (entry, (method, target, _)) in enumerate(zip(entries, asked, strict=True)):
            if method in ("POST", "PUT"):
                with at_entry(index):
                    each = self.arriving_of(method, target, entry, index)
                arriving.append(each)
                ids[each.key] = each.resource_id
                if method == "POST":
                    posted[index] = each
        self.existing(posted, asked, ids)
        self.link(arriving, ids)
        self.write([each for each in posted.values() if each.arrival.index not in self.answers], arriving)
        for index, (method, target, request) in enumerate(asked):
            if method == "PUT":
                each = next(one for one in arriving if one.arrival.index == index)
                with at_entry(index):
                    self.put(each, target, request)
        for index, (method, target, _) in enumerate(asked):
            if method in ("GET", "HEAD"):
                with at_entry(index):
                    self.answers[index] = get_entry(self.caller, type_of(target, index), target, self.base)
        return [self.answers[index] for index in range(len(entries))]

    def arriving_of(self, method: str, target: str, entry: dict[str, Any], index: int) -> Arriving:
        name = type_of(target, index)
        as_it_was = permit(self.caller, name, "create" if method == "POST" else "update")
        resource = judged(entry.get("resource"), name)
        full_url = entry.get("fullUrl")
        each = new_arriving(
            resource, index, full_url if isinstance(full_url, str) else "", as_it_was=as_it_was
        )
        if method == "PUT":
            each.resource_id = as_uuid(target.partition("?")[0].partition("/")[2])
            each.key = Key(resource["resourceType"], str(each.resource_id), "")
        return each

    def existing(self, posted: dict[int, Arriving], asked: list[Any], ids: dict[Key, Any]) -> None:
        """Conditional creates that find what they wanted stand for it."""
        for index, each in posted.items():
            condition = asked[index][2].get("ifNoneExist")
            if isinstance(condition, str) and condition:
                with at_entry(index):
                    found = the_one(self.caller, each.resource_type, condition)
                if found is not None:
                    ids[each.key] = found
                    self.answers[index] = answer_text(200, f"{self.base}/{each.resource_type}/{found}")

    def link(self, arriving: list[Arriving], ids: dict[Key, Any]) -> None:
        """References to other entries become references to what they are here."""
        names = names_of(arriving)
        for each in arriving:
            for reference in references_in(each.arrival.resource):
                text = reference["reference"]
                if text.startswith("urn:uuid:") and text not in names:
                    words = f"{text} is not the fullUrl of an entry"
                    place = f"Bundle.entry[{each.arrival.index}].resource"
                    place += f"{place_of(reference, each.arrival.resource)}.reference"
                    raise Trouble(422, words, path=place, code="not-found")

            def renamed(text: str) -> str:
                key = names.get(text) or (key_named(text, names, "") if "?" in text else None)
                return f"{key.resource_type}/{ids[key]}" if key in ids else text

            each.body = relinked(each.arrival.resource, renamed)

    def write(self, created: list[Arriving], arriving: list[Arriving]) -> None:
        placed = here(each.body for each in arriving)
        among = {each.resource_id for each in created if each.resource_id is not None}
        for each in created:
            with at_entry(each.arrival.index):
                refuse_dangling(each, placed | dict.fromkeys(among, ""))
        try:
            write_all(created, placed, actor=self.caller.actor)
        except Trouble as trouble:
            raise trouble.seen_from(trouble.entry or 0) from trouble
        for each in created:
            location = f"{self.base}/{each.resource_type}/{each.resource_id}/_history/{each.version}"
            self.answers[each.arrival.index] = answer_text(201, location, version=each.version)

    def put(self, each: Arriving, target: str, request: dict[str, Any]) -> None:
        version = wanted_version(request.get("ifMatch") or "")
        if each.resource_id is None:
            raise Trouble(404, "there is nothing here")
        changed = update_one(self.caller, each.body, each.resource_id, version, as_it_was=each.as_it_was)
        location = f"{self.base}/{each.resource_type}/{changed.resource_id}/_history/{changed.version}"
        self.answers[each.arrival.index] = answer_text(200, location, version=changed.version)
