"""Answers to the questions that people ask of a store, as records: for pages and for the command line."""
