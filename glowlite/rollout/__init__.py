"""Bringing parents on: the nine steps of FIELD section 2, each done by something recorded; one module a part of the process.

steps: how far a school is, and what stops the next step. switching, signing, candidates: what the steps rest on.
"""
