"""Runs folds in four ways that give the same answer: live, rebuild, as of, what if.

What analysts use is imported from here; our own parts import the modules.
"""

from projections.engine.as_of import state_as_of
from projections.engine.bulk.what_if import scratch
from projections.engine.export.frames import events, fold_range
from projections.engine.fold import Fold, History

__all__ = ["Fold", "History", "events", "fold_range", "scratch", "state_as_of"]
