"""The REST skin: what travels over HTTP, and no fact that must be kept between two requests."""
