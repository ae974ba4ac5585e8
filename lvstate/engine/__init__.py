"""From desired and live to a plan, and from a plan to outcomes; the outside world is effects and ports."""
