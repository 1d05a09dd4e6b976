"""Global hotkeys: keys that reach the program whatever window has the focus, one module per platform."""
