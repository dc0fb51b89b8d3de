"""Amounts in words, exactly. The API multiplies every amount by 100, whatever the currency (API §1)."""


def format_minor(amount: int, currency: str | None = None) -> str:
    """Minor units as `1,234.50 EUR`; without a currency the number alone."""
    sign, whole, cents = "-" if amount < 0 else "", abs(amount) // 100, abs(amount) % 100
    return f"{sign}{whole:,}.{cents:02d}{f' {currency}' if currency else ''}"


def format_points(points: int) -> str:
    """Points with thousands separated; they are never multiplied."""
    return f"{points:,} {'point' if abs(points) == 1 else 'points'}"
