"""The commands: one file each, found by being here."""
