"""What a run looks like: each view reads a plan, a report, problems or an error and returns text."""
