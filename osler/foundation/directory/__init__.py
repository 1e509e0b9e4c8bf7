"""Where care is given and by whom: organizations, locations, practitioners and their roles.

Nouns: Organization, Location, Practitioner, PractitionerRole, HealthcareService.
"""
