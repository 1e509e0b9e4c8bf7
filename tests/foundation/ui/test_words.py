import json
import re

from osler.foundation.ui.assets import STATIC
from osler.foundation.ui.words import words


def test_each_word_that_scripts_ask_for_is_there() -> None:
    asked = set(
        re.findall(r"osler\.words\.(\w+)", "".join(path.read_text() for path in STATIC.glob("js/*.js")))
    )

    assert asked - set(json.loads(words())) == set()
