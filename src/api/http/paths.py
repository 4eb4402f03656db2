"""Names in paths."""

from starlette.convertors import Convertor, register_url_convertor

NAME = "name_of_others"
"""The convertor of names that others give: they may hold slashes."""


class _Name(Convertor[str]):
    # `…/remove` is what may be done with the one named before it.
    regex = ".+(?<!/remove)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor(NAME, _Name())
