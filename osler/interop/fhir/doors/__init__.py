"""The HTTP side of the FHIR door: its own thin chain, one file for each interaction.

`chain` knows the caller and turns refusals into OperationOutcomes; `reading`, `searching`,
`writing`, `bundles`, `everything`, `history` and `capability` answer.
"""
