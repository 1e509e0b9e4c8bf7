"""`python -m tools.clinic_year [SEED]`."""

import sys

import django

from tests import environment  # noqa: F401  sets up the tests' home before Django reads it

django.setup()

from tools.clinic_year.running import main  # noqa: E402

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1867)
