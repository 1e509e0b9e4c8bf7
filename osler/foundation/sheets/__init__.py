"""Tables that people have in files: CSV in whatever dress, and Excel workbooks. Blind to what they tell.

`read_sheet(bytes)` gives a header and rows of cells, or refuses with row and column; `write_csv` gives
files that no spreadsheet takes for a program.
"""
