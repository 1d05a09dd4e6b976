"""Reading captions aloud: who speaks, voices, screen readers, sounds."""
