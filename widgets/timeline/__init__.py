"""A timeline: rows of bars over time, drawn line by line. It knows times and roles, and nothing of what they mean."""
