"""Opens the history of a record."""

from tui.kit.screen import AppScreen


def open_history(screen: AppScreen, table: str, identity: str, name: str = "") -> None:
    """Show a record of a table as each sync left it; `name` is what people call it."""
    from tui.kit.history_screen import HistoryScreen

    screen.app.push_screen(HistoryScreen(screen.services, table, identity, name, screen.data_age()))
