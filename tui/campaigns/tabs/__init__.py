"""The tabs of a campaign that are not lists."""
