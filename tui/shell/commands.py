"""Commands that work everywhere, and those of the help."""

from widgets.keys.command_table import Command, command_table

EVERYWHERE = command_table(
    "Everywhere",
    Command("app.help", "question_mark,f1", "app.help", "help", "Keys that work here", shown=True),
    Command("app.home", "0", "app.show_mode('home')", "home", "Figures, insights and top campaigns", shown=True),
    Command("app.campaigns", "1", "app.show_mode('campaigns')", "campaigns", "The campaign list", shown=True),
    Command("app.calendar", "2", "app.show_mode('calendar')", "calendar", "The campaign calendar", shown=True),
    Command("app.customers", "3", "app.show_mode('customers')", "customers", "Customers and their activity",
            shown=True),
    Command("app.find", "ctrl+k", "app.find", "find", "Find any id, code, name, address or order that is cached",
            shown=True, priority=True),
    Command("app.explain", "x", "app.explain", "explain", "Why it was refused, or whether it would pass", shown=True),
    Command("app.manage", "m", "app.manage", "manage", "What can be changed of it, or of the marked rows, and how",
            shown=True),
    Command("app.failures", "F", "app.show_failures", "failures", "What was refused: failure codes by hour and day"),
    Command("app.audit", "U", "app.show_audit", "audit", "What was changed from here, by whom, and what became of it"),
    Command("app.palette", "ctrl+p,colon", "app.command_palette", "palette", "Find any command by typing"),
    Command("app.sync", "R", "app.sync_routine", "sync",
            "Sync campaigns and all that was opened; resumes after a stop"),
    Command("app.cancel_sync", "ctrl+x", "app.cancel_sync", "cancel sync", "Stop the sync; what was read is kept",
            priority=True),
    Command("app.sync_panel", "P", "app.toggle_sync_panel", "progress", "Show or hide the progress of the sync"),
    Command("app.checks", "", "app.show_checks", "checks", "Is the data sound: what contradicts itself, with evidence"),
    Command("app.theme", "", "app.next_theme", "theme", "Change between dark, light and the terminal's own colours"),
    Command("app.save_copied", "", "app.save_copied", "save copied", "Write what was copied last to a private file"),
    Command("app.back", "q", "app.back", "back", "Back to where you were; quits from the first screen"),
    Command("app.read_again", "ctrl+r", "app.read_again", "read again", "Read again what could not be read"),
    Command("app.suspend", "ctrl+z", "app.suspend_process", "suspend", "Back to the shell; `fg` returns",
            priority=True),
    Command("app.quit", "ctrl+q", "app.quit", "quit", "Quit at once", priority=True),
    familiar=True,
)  # fmt: skip

HELP = command_table(
    "Help",
    Command("help.close", "escape,q,question_mark,f1", "dismiss", "close", "Close the help", shown=True),
    Command("help.down", "j,down", "scroll(1)", "scroll", shown=True, sign="j k"),
    Command("help.up", "k,up", "scroll(-1)", "Up"),
    Command("help.half_down", "ctrl+d", "scroll_pages(0.5)", "Half a page down"),
    Command("help.half_up", "ctrl+u", "scroll_pages(-0.5)", "Half a page up"),
    Command("help.page_down", "pagedown,ctrl+f", "scroll_pages(1)", "Page down"),
    Command("help.page_up", "pageup,ctrl+b", "scroll_pages(-1)", "Page up"),
    Command("help.first", "g,home", "to_end(False)", "First"),
    Command("help.last", "G,end", "to_end(True)", "Last"),
)  # fmt: skip
