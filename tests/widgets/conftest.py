"""What every test of a widget starts from."""

from tests.support.quick_pilot import quick_pilot

__all__ = ["quick_pilot"]
