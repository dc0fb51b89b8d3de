"""What covers a place that could not be read."""

from widgets.frame.states import StatePanel


class FailurePanel(StatePanel):
    """Why a place is empty, over all of it; what lies below keeps its state and the keys."""

    DEFAULT_CSS = """
    FailurePanel { dock: top; width: 100%; height: 100%; background: $background; }
    """
