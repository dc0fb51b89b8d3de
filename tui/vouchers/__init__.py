"""One code: what it is, whether it works and why not, what became of it, and how to read it out."""
