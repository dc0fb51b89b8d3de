"""What every test of a widget starts from."""

from tests.support.quick_apps import quick_apps

__all__ = ["quick_apps"]
