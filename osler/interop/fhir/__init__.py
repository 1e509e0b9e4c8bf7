"""The FHIR R4 door: other systems read and write Osler's records in FHIR's own words.

Nouns: Resource (a declarative table for each type, `resources/`), StoredResource (a type without
a model, kept whole), SourceRecord (where an imported resource came from). Deeds: `import_batches`,
`export_resources`; reads: `validate`, `read_json`. `/fhir/R4` is answered by `doors/`.
"""
