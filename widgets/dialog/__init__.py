"""Dialogs and filters."""
