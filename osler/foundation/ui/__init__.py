"""The face of Osler: tokens, components, page shells and the template tags that compose them.

Nouns: icon, status, field, banner, chart, page shell. Blind to medicine and to HTTP routes:
web apps hand in dataclasses, this app draws them. The manual is docs/ui.md, the gallery /ui/.
"""
