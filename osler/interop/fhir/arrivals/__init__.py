"""Resources that arrive from elsewhere: known again, linked, placed in tables, written together.

Nouns: Arriving (a resource on its way in), Tally (what became of them). Deed: `import_batch`.
The steps, each in its file: `knowing` (have we met?), `linking` (references become ours),
`placing` (which table, which columns), `writing` (few statements for many rows).
"""
