"""The portal of the patients, made for the phone first."""
