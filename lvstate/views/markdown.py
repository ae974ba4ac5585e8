"""Markdown for comments on pull requests: the door to the views of `--format markdown`."""

from lvstate.views.markdown_plan import plan_markdown as plan
from lvstate.views.markdown_report import report_markdown as report

__all__ = ["plan", "report"]
