"""One page that people like to look at: the door to the views of `--format html`."""

from lvstate.views.html_plan import plan_html as plan
from lvstate.views.html_report import report_html as report

__all__ = ["plan", "report"]
