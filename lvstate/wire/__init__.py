"""Shapes of REST resources without I/O: requests go out, documents come in."""
