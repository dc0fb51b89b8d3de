"""Why a value is not known, in the few words that stand beside it."""

NOT_SYNCED = "not synced yet"
NOT_STATED = "the API does not say"
REFUSED = "refused with this key"

KEYS_NOT_ACCEPTED = "Voucherify did not accept the keys"
KEYS_MAY_NOT_READ = "These keys may not read this"


def is_refusal(reason: str | None) -> bool:
    """Whether the sentence of a failed reading says that the key was refused: 401 or 403."""
    return (reason or "").startswith((KEYS_NOT_ACCEPTED, KEYS_MAY_NOT_READ))
