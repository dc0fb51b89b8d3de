"""Mirroring a project: catalogue, planner, engine, ledger, limiter."""
