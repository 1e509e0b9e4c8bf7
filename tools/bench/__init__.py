"""The benchmark: a clinic of 50,000 patients, served and asked as in real life, beside the bare stack.

`building` makes the clinic, `bare` is the stack without Osler, `load` asks, `lines` says what is
asked and what is wanted of it, `single` holds what is measured once. Absolute figures move from
machine to machine; what counts is the ratio to the bare stack in the same run.
"""
