"""Taking in people from a file: its columns are assigned, it is checked without a trace, then it is run.

Files of the form that other systems write (foundation/sheets). The deeds: `receive_file`, `map_columns`,
`start_check`, `start_run`, `stop_import`, `discard_import` (preparing.py); `take_some` does the next rows in
one transaction (taking.py); `leave_out_row`, `register_row` decide on rows that resemble somebody
(deciding.py). What became of each row stands in ImportRow, written with the patient whom it made.
"""
