"""Tests of the Python client against a running server, whose address is in ARMISTICE_ADDRESS.

`scripts/clients-check` starts one that holds the worked case, and runs these. Every test that records something opens a
dossier of its own for it.
"""
