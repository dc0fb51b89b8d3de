"""The room of campaigns: list, details, types, panels, tabs."""
