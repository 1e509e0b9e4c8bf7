"""Files that people bring: taken only if they are what they say, read only apart, kept sealed.

`pictures` looks at the bytes and leaves out what is no part of a picture; `drawing` has a picture drawn
anew, upright and small; `apart` runs whatever decodes foreign bytes in a short-lived process with limits;
`kept` is the shape of a table that holds a file. No tables of its own: whose a file is, the apps above say.
"""
