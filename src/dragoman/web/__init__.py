"""The web app: the record in a browser, on the reader's own machine."""
