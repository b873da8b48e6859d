"""Pictures drawn on the server: from what was counted to SVG that a style sheet colours, and no script."""
