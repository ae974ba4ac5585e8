"""Draws time and memory against size, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
from scenarios import Result

COLOURS = {
    "lvstate": "#0b6e4f",
    "plain script": "#8a8a8a",
    "octoDNS": "#c1666b",
    "Terraform": "#6b4fa0",
    "Ansible uri": "#d9a441",
}


def draw(results: Sequence[Result], folder: Path) -> None:
    """Write plan-time.svg and plan-memory.svg."""
    mpl.rcParams["svg.hashsalt"] = "lvstate"  # the same figures give the same file
    mpl.rcParams["font.family"] = "sans-serif"
    plans = [each for each in results if each.scenario == "plan in sync"]
    _draw(plans, "wall", "seconds", "Plan of a tenant in sync: time", folder / "plan-time.svg")
    _draw(plans, "memory", "MiB", "Plan of a tenant in sync: memory", folder / "plan-memory.svg")


def _draw(results: Sequence[Result], what: str, unit: str, title: str, path: Path) -> None:
    figure, axes = plt.subplots(figsize=(7, 4.2))
    for name, colour in COLOURS.items():
        mine = sorted((each for each in results if each.name == name), key=lambda each: each.size)
        if not mine:
            continue
        sizes = [each.size for each in mine]
        axes.plot(sizes, [each.median(what) for each in mine], marker="o", color=colour, label=name)
        axes.fill_between(
            sizes,
            [each.span(what)[0] for each in mine],
            [each.span(what)[1] for each in mine],
            color=colour,
            alpha=0.15,
        )
    axes.set(xscale="log", yscale="log", xlabel="objects", ylabel=unit, title=title)
    axes.grid(visible=True, which="both", alpha=0.2)
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
