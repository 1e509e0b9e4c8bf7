"""Who pays besides the patient. Nouns: Payer, Coverage. Deeds: `add_coverage`, `end_coverage`."""
