"""What commands print on."""

from rich.console import Console


def terminal(*, stderr: bool = False) -> Console:
    """Prints text as it stands: a name, an error or a path may look like markup, or like an emoji's code."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)
