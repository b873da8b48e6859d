"""Watching: feeds are asked politely, the pages that they name are read, coded and stored, and briefings go out.

What is known of each feed and item is in the store (`store.watching`), so that a run that was killed goes on where it
was. `loop` holds the order of things; nothing here prints, and the clock is handed in.
"""
