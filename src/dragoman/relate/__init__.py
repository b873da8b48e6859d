"""What one party of a sentence does to another, as a trained encoder reads it, and how that goes with the rules."""
