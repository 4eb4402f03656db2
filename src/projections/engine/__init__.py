"""Runs folds in four ways that give the same answer: live, rebuild, as of, what if.

What analysts use is imported from here; our own parts import the modules.
"""

from projections.engine.as_of import state_as_of
from projections.engine.fold import Fold, History
from projections.engine.frames import events, fold_range
from projections.engine.what_if import scratch

__all__ = ["Fold", "History", "events", "fold_range", "scratch", "state_as_of"]
