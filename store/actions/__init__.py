"""Changing things in the project, with consent: what can be done, the exact request, and what became of it.

An action is one declaration (`action.Action`, all in `catalogue.ACTIONS`). `plan.make_plan` reads the record anew and
makes the request and its changes; `running.run` sends it once and finds out its fate; `audit.Audit` keeps every
attempt.
"""
