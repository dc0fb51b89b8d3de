"""What needs a look: one declaration each in `registry`, its question in a module beside it."""
