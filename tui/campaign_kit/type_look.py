"""What a campaign type is called and how it looks, apart from what its screen holds."""

from collections.abc import Callable, Mapping

from msgspec import Struct


class TypeLook(Struct, frozen=True):
    """One campaign type.

    Attributes:
        type: the API's `campaign_type`; "" for the generic one that takes every other.
        title: in a header ("Discount coupon").
        short: in a list ("Coupon").
        role: theme role for its colour ("type-1").
        glyph: one cell, distinct without colour.
    """

    type: str
    title: str
    short: str
    role: str
    glyph: str


class TypeLooks(Struct, frozen=True):
    """The looks of all types; the room that declares the types gives them, and the shell hands them to others.

    Attributes:
        of: the look of a type, known or not.
        titles: type to its words in a list, of all that are declared and those given as keys.
    """

    of: Callable[[str], TypeLook]
    titles: Callable[[Mapping[str, object]], Mapping[str, str]]
