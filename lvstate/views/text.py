"""Text for people at a terminal: the door to the views of `--format text`."""

from lvstate.views.answer import answer_text as answer
from lvstate.views.terminal import Style
from lvstate.views.text_diagnosis import diagnosis_text as diagnosis
from lvstate.views.text_history import run_text as run
from lvstate.views.text_history import runs_text as runs
from lvstate.views.text_plan import plan_text as plan
from lvstate.views.text_problems import error_text as error
from lvstate.views.text_problems import problems_text as problems
from lvstate.views.text_report import report_text as report

__all__ = ["Style", "answer", "diagnosis", "error", "plan", "problems", "report", "run", "runs"]
