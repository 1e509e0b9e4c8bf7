# ruff: noqa: E501  (tables)
"""One resource of each mapped type, with something that no column holds; and who refers to whom."""

from typing import Any

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
CATEGORY = "http://terminology.hl7.org/CodeSystem/"
FOREIGN = {"extension": [{"url": "urn:example:foreign", "valueDecimal": 1}], "language": "en-US"}


def concept(system: str, code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def examples(patient: str, encounter: str = "", practitioner: str = "") -> dict[str, dict[str, Any]]:
    """Resources of every mapped type, about these."""
    subject = {"reference": f"Patient/{patient}"}
    visit = {"encounter": {"reference": f"Encounter/{encounter}"}} if encounter else {}
    by = {"reference": f"Practitioner/{practitioner}"} if practitioner else {"display": "Somebody"}
    return {
        "AllergyIntolerance": {
            "clinicalStatus": concept(CATEGORY + "allergyintolerance-clinical", "active", "Active"),
            "verificationStatus": concept(CATEGORY + "allergyintolerance-verification", "confirmed", "Confirmed"),
            "category": ["medication", "food"],
            "criticality": "high",
            "code": concept(SNOMED, "91936005", "Penicillin allergy"),
            "patient": subject,
            "recordedDate": "2020-05-01",
            "reaction": [{"manifestation": [concept(SNOMED, "247472004", "Hives")], "severity": "mild"}],
        },
        "Appointment": {
            "status": "booked",
            "description": "Follow-up",
            "start": "2020-01-02T13:00:00Z", "end": "2020-01-02T13:20:00Z",
            "participant": [{"actor": subject, "status": "needs-action"}],
        },
        "Composition": {
            "status": "final",
            "type": {"coding": [{"system": LOINC, "code": "11506-3"}]},
            "subject": subject, **visit,
            "date": "2020-01-02T08:40:00Z",
            "author": [by],
            "title": "Progress note",
            "section": [{"title": "Plan", "text": {"status": "generated",
                "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Rest &amp; tea<br/>Come back</p></div>'}}],
        },
        "Flag": {"status": "active", "code": {"text": "Falls"}, "subject": subject},
        "HealthcareService": {"active": True, "name": "Nurse visit"},
        "Schedule": {"active": True, "actor": [by]},
        "CarePlan": {
            "status": "active",
            "intent": "order",
            "category": [concept(CATEGORY + "care-plan-category", "assess-plan", "Assessment"),
                         concept(SNOMED, "736372004", "Discharge plan")],
            "subject": subject, **visit,
            "period": {"start": "2020-01-01T00:00:00Z", "end": "2020-02-01T00:00:00Z"},
        },
        "ChargeItem": {
            "status": "billable",
            "code": concept(SNOMED, "185349003", "Check up"),
            "subject": subject,
            "occurrenceDateTime": "2020-01-02",
            "priceOverride": {"value": 118.00, "currency": "USD"},
        },
        "Communication": {
            "status": "completed",
            "subject": subject,
            "sent": "2020-01-02T09:00:00Z", "received": "2020-01-02T10:00:00Z",
            "payload": [{"contentString": "Please call me."}],
        },
        "Consent": {
            "status": "active",
            "scope": {"text": "Treatment"},
            "category": [concept("http://loinc.org", "59284-0", "Consent Document")],
            "patient": subject,
            "dateTime": "2020-01-02T09:00:00Z",
            "policyRule": {"text": "The clinic's"},
        },
        "QuestionnaireResponse": {
            "status": "completed",
            "subject": subject,
            "authored": "2020-01-02T09:00:00Z",
            "item": [{"linkId": "1", "text": "Pets?", "answer": [{"valueString": "Cats"}]}],
        },
        "Coverage": {
            "status": "active",
            "beneficiary": subject,
            "period": {"start": "2020-01-01"},
            "payor": [{"display": "Acme Health"}],
        },
        "Invoice": {
            "identifier": [{"system": "urn:example:invoices", "value": "R-7"}],
            "status": "issued",
            "subject": subject,
            "date": "2020-01-02",
            "totalGross": {"value": 118.00, "currency": "USD"},
        },
        "Condition": {
            "clinicalStatus": concept(CATEGORY + "condition-clinical", "active", "Active"),
            "verificationStatus": concept(CATEGORY + "condition-ver-status", "confirmed", "Confirmed"),
            "category": [concept(CATEGORY + "condition-category", "encounter-diagnosis", "Diagnosis")],
            "code": {"coding": [{"system": SNOMED, "code": "38341003"},
                                {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}],
                     "text": "Hypertension"},
            "subject": subject, **visit,
            "onsetDateTime": "2019-03",
            "recordedDate": "2019-03-04T10:11:12.5-05:00",
            "note": [{"text": "first"}, {"text": "second"}],
        },
        "DiagnosticReport": {
            "status": "final",
            "category": [concept(CATEGORY + "v2-0074", "LAB", "Laboratory")],
            "code": concept(LOINC, "24323-8", "Metabolic panel"),
            "subject": subject, **visit,
            "effectiveDateTime": "2020-01-02T08:00:00Z",
            "issued": "2020-01-02T09:00:00Z",
            "conclusion": "Nothing unusual.",
        },
        "Encounter": {
            "status": "finished",
            "class": {"system": CATEGORY + "v3-ActCode", "code": "AMB"},
            "type": [concept(SNOMED, "185349003", "Check up")],
            "subject": subject,
            "participant": [{"individual": by}],
            "period": {"start": "2020-01-02T08:00:00-05:00", "end": "2020-01-02T08:30:00-05:00"},
            "reasonCode": [concept(SNOMED, "386661006", "Fever")],
        },
        "Immunization": {
            "status": "completed",
            "vaccineCode": concept("http://hl7.org/fhir/sid/cvx", "140", "Influenza"),
            "patient": subject, **visit,
            "occurrenceDateTime": "2020-10-01T10:00:00Z",
            "primarySource": True,
            "lotNumber": "A1",
        },
        "Location": {
            "status": "active", "name": "Main Street Clinic",
            "address": {"line": ["1 Main St"], "city": "Boston", "state": "MA", "postalCode": "02110"},
            "position": {"longitude": -71.00, "latitude": 42.0},
        },
        "MedicationRequest": {
            "status": "active", "intent": "order",
            "medicationCodeableConcept": concept("http://www.nlm.nih.gov/research/umls/rxnorm", "308136", "Amlodipine"),
            "subject": subject, **visit, "requester": by,
            "authoredOn": "2020-01-02",
            "dosageInstruction": [{"text": "one a day", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}],
            "dispenseRequest": {"quantity": {"value": 30, "unit": "tablet"}, "numberOfRepeatsAllowed": 2},
        },
        "MedicationStatement": {
            "status": "active",
            "medicationCodeableConcept": concept("http://www.nlm.nih.gov/research/umls/rxnorm", "243670", "Aspirin"),
            "subject": subject,
            "effectivePeriod": {"start": "2019-01-01"},
            "dosage": [{"text": "81 mg"}],
        },
        "Observation": {
            "status": "final",
            "category": [concept(CATEGORY + "observation-category", "vital-signs", "Vital signs")],
            "code": concept(LOINC, "85354-9", "Blood pressure"),
            "subject": subject, **visit,
            "effectiveDateTime": "2020-01-02T08:05:00Z",
            "component": [
                {"code": concept(LOINC, "8480-6", "Systolic"), "valueQuantity": {"value": 120, "unit": "mm[Hg]"}},
                {"code": concept(LOINC, "8462-4", "Diastolic"), "valueQuantity": {"value": 80, "unit": "mm[Hg]"}},
            ],
        },
        "Organization": {
            "active": True, "name": "Elm Hospital",
            "identifier": [{"system": "urn:example:hospitals", "value": "elm"}],
            "telecom": [{"system": "phone", "value": "555-200-1000"}],
            "address": [{"line": ["2 Elm St"], "city": "Salem", "state": "MA", "postalCode": "01970"}],
        },
        "Patient": {
            "identifier": [{"system": "urn:example:mrn", "value": "7"}],
            "name": [{"use": "official", "family": "Ångström", "given": ["Eva", "Maria"]},
                     {"use": "maiden", "family": "Berg"}],
            "telecom": [{"system": "phone", "value": "555-200-3000", "use": "home"}],
            "gender": "female", "birthDate": "1980-03-14",
            "address": [{"line": ["3 Oak St"], "city": "Salem", "state": "MA", "postalCode": "01970"}],
            "multipleBirthInteger": 2,
        },
        "Practitioner": {
            "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
            "name": [{"family": "Holt", "given": ["Ann"], "prefix": ["Dr."]}],
            "gender": "female",
        },
        "PractitionerRole": {
            "practitioner": by,
            "code": [concept(SNOMED, "309343006", "Physician")],
            "specialty": [concept("http://nucc.org/provider-taxonomy", "208D00000X", "General practice")],
        },
        "Procedure": {
            "status": "completed",
            "code": concept(SNOMED, "430193006", "Medication reconciliation"),
            "subject": subject, **visit,
            "performedPeriod": {"start": "2020-01-02T08:00:00Z", "end": "2020-01-02T08:15:00Z"},
        },
        "RelatedPerson": {
            "patient": subject,
            "relationship": [concept(CATEGORY + "v3-RoleCode", "SPS", "Spouse")],
            "name": [{"family": "Ångström", "given": ["Nils"]}],
        },
        "ServiceRequest": {
            "status": "active", "intent": "order",
            "category": [concept(SNOMED, "108252007", "Laboratory procedure")],
            "code": concept(LOINC, "24323-8", "Metabolic panel"),
            "subject": subject, **visit,
            "authoredOn": "2020-01-02T08:10:00Z",
        },
    }  # fmt: skip


def example(name: str, patient: str, encounter: str = "", practitioner: str = "") -> dict[str, Any]:
    """One of them, whole."""
    return {"resourceType": name, **FOREIGN, **examples(patient, encounter, practitioner)[name]}


# A search for each parameter that must find the example of its type.
SEARCHES: dict[str, dict[str, list[str]]] = {
    "AllergyIntolerance": {
        "clinical-status": ["active"], "category": ["medication", "food"], "criticality": ["high"],
        "code": ["91936005", f"{SNOMED}|91936005"], "date": ["2020-05-01", "ge2020-05", "lt2021"],
        "verification-status": ["confirmed"],
    },
    "Appointment": {"status": ["booked"], "date": ["2020-01-02", "ge2020"]},
    "Composition": {"status": ["final"], "type": ["11506-3"], "date": ["2020-01-02"]},
    "Flag": {"status": ["active"]},
    "HealthcareService": {"name": ["nurse"]},
    "Schedule": {},
    "CarePlan": {"status": ["active", "draft,active"], "category": ["assess-plan", "736372004"],
                 "date": ["gt2019", "ge2020-01-15", "le2020-01-15"]},
    "ChargeItem": {"code": ["185349003", f"{SNOMED}|185349003"], "occurrence": ["2020-01-02", "ge2020"]},
    "Communication": {"status": ["completed"], "sent": ["2020-01-02", "lt2020-01-03"],
                      "received": ["ge2020-01-02T10:00:00Z"]},
    "Consent": {"status": ["active"], "date": ["2020-01-02", "ge2020"]},
    "QuestionnaireResponse": {"status": ["completed"], "authored": ["2020-01-02", "lt2020-01-03"]},
    "Coverage": {"status": ["active"]},
    "Invoice": {"status": ["issued"], "date": ["2020-01-02", "le2020-01"],
                "identifier": ["R-7", "urn:example:invoices|R-7"]},
    "Condition": {
        "clinical-status": ["active"], "category": ["encounter-diagnosis"], "verification-status": ["confirmed"],
        "code": ["38341003", "I10", "http://hl7.org/fhir/sid/icd-10-cm|I10"],
        "onset-date": ["2019-03", "gt2019-03-15", "lt2019-03-15", "2019"], "recorded-date": ["2019-03-04"],
    },
    "DiagnosticReport": {"status": ["final"], "category": ["LAB", CATEGORY + "v2-0074|LAB"], "code": ["24323-8"],
                         "date": ["2020-01-02"], "issued": ["gt2020-01-02T08:30:00Z"]},
    "Encounter": {"status": ["finished"], "class": ["AMB"], "type": ["185349003"],
                  "date": ["2020-01-02", "ge2020-01-02T13:10:00Z", "le2020-01-02T13:10:00Z"]},
    "Immunization": {"status": ["completed"], "vaccine-code": ["140"], "date": ["2020-10"]},
    "Location": {"name": ["main", "Main Street Clinic"], "address": ["bos", "1 main"], "address-city": ["Boston"],
                 "address-state": ["MA"], "address-postalcode": ["02110"], "status": ["active"]},
    "MedicationRequest": {"status": ["active"], "intent": ["order", "plan,order"], "code": ["308136"],
                          "authoredon": ["2020-01-02", "ge2020-01-01"]},
    "MedicationStatement": {"status": ["active"], "code": ["243670"], "effective": ["ge2020-01-01"]},
    "Observation": {"status": ["final"], "category": ["vital-signs"], "code": [f"{LOINC}|85354-9"],
                    "date": ["2020-01-02", "gt2020-01-02T03:05:00-05:00,2020-01-02"]},
    "Organization": {"name": ["elm"], "address": ["salem"], "identifier": ["elm", "urn:example:hospitals|elm"]},
    "Patient": {
        "name": ["angs", "Eva", "berg", "maria"], "family": ["ång", "Ångström"], "given": ["eva"],
        "gender": ["female"], "birthdate": ["1980-03-14", "1980", "ge1980-03-14", "lt1981"],
        "identifier": ["7", "urn:example:mrn|7"], "address": ["3 oak"], "address-city": ["salem"],
        "address-state": ["ma"], "address-postalcode": ["01970"], "phone": ["555-200-3000"],
    },
    "Practitioner": {"name": ["holt", "ann"], "family": ["holt"], "given": ["ann"],
                     "identifier": ["1234567893", "http://hl7.org/fhir/sid/us-npi|1234567893"]},
    "PractitionerRole": {"specialty": ["208D00000X"], "role": ["309343006"]},
    "Procedure": {"status": ["completed"], "code": ["430193006"], "date": ["2020-01-02", "gt2020-01-02T08:10:00Z"]},
    "RelatedPerson": {"name": ["ang", "nils"]},
    "ServiceRequest": {"status": ["active"], "intent": ["order"], "category": ["108252007"], "code": ["24323-8"],
                       "authored": ["2020-01-02"]},
}  # fmt: skip
