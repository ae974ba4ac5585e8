"""Configuration as code for LiveVox."""

__version__ = "0.1.0"
