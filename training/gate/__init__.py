"""The gate's pictures, its fit and its report: ``python -m training gate``."""
