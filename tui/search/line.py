"""The line of the search box: a paste of several lines is a ticket, not the first of its lines."""

from textual.events import Paste

from store.domain.references import LONGEST, is_ticket
from widgets.frame.typed_line import TypedLine
from widgets.messages import FieldMessage


class FindLine(TypedLine):
    """A line to type or paste into."""

    class TicketPasted(FieldMessage):
        """Several lines were pasted, or a long one."""

        text: str

    def on_paste(self, event: Paste) -> None:
        """Hand a ticket on whole; anything shorter is inserted, without what could act on the terminal."""
        event.stop()
        event.prevent_default()
        if is_ticket(event.text):
            self.post_message(self.TicketPasted(event.text[:LONGEST]))
        else:
            self.insert_text_at_cursor("".join(sign for sign in event.text.strip() if sign.isprintable()))
