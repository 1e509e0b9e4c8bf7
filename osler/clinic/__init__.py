"""The domain: models, rules and deeds. Knows no HTTP, no FHIR, no X12."""
