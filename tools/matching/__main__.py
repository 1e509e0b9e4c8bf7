"""`python3 tools/dev.py matching [--sets febrl,cdc,uganda,verdict] [--errors N]`."""

from tests import environment  # noqa: F401, I001  sets up the tests' home before Django reads it

import django

django.setup()

from tools.matching.running import main  # noqa: E402

if __name__ == "__main__":
    main()
