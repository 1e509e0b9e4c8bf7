"""How well matching works, measured on people who are known to be the same: `python3 tools/dev.py matching`.

`sets` reads the published sets, `judging` enrols them in a throw-away clinic, asks as the web role asks,
and counts. FEBRL 1 to 3 and the reference sets may be tuned on; FEBRL 4 is the verdict and is never looked at
to choose a weight.
"""
