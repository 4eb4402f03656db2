"""What commands print on."""

import os
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

# Shown by the signs that Unicode has for them: what a name, told by anybody, would do to the terminal is not done.
_SHOWN = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"}
_SHOWN |= {0x7F: "\N{SYMBOL FOR DELETE}"} | dict.fromkeys(range(0x80, 0xA0), "\N{REPLACEMENT CHARACTER}")
_UNLIMITED = 1_000_000


class _Terminal(Console):
    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(text.translate(_SHOWN), **how)


def terminal(*, stderr: bool = False) -> Console:
    """Prints text as it stands: a name, an error or a path may look like markup, or like an emoji's code, or hold
    characters that move the cursor. Piped, a line is as long as need be: a program reads it."""
    seen = (sys.stderr if stderr else sys.stdout).isatty() or "COLUMNS" in os.environ
    return _Terminal(stderr=stderr, markup=False, emoji=False, highlight=False, width=None if seen else _UNLIMITED)
