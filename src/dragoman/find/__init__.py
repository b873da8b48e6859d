"""Findings in a document: names, dates, events; all functions here are pure."""
