"""Webhook deliveries: whether they are genuine, what they are about, and receiving them (API §8)."""
