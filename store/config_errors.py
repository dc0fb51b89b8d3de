"""What is wrong with settings."""


class ConfigError(Exception):
    """A setting is missing or unusable; the message says which, where it was looked for and what to do."""


class KeysUnusable(ConfigError):
    """There are no keys, or none that can be sent."""
