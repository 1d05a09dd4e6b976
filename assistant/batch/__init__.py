"""Describing a whole folder of pictures, with its state on disk and its results in files."""
