"""Isolation of one job: a contract and the two backends that keep it."""
