"""What identity documents say of their holder: proposals for a person to accept, never taken by themselves.

`mrz` reads the machine-readable zone of passports and cards (ICAO 9303), `licences` the barcode on the
back of North American licences (AAMVA), `proposing` makes fields of a patient of either.
"""
