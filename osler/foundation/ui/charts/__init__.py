"""Charts drawn on the server as SVG: they print, need no script, and say their values as a table."""
