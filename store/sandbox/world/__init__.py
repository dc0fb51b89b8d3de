"""The seeded project behind the sandbox: tables of a believable shop, its ground truth, and ways to change it."""

from store.sandbox.world.project import World
from store.sandbox.world.sizes import Sizes
from store.sandbox.world.truth import Truth

__all__ = ["Sizes", "Truth", "World"]
