"""Visits: started when the patient is here, finished when all is signed."""
