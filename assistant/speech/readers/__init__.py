"""Screen readers: which one runs, and its own channel for speech and braille."""
