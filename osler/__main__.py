"""`python -m osler` is the `osler` command."""

from osler.config.command import main

main()
