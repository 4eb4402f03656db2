"""Our work and the reference, side by side in one run. Each figure is one JSON object on a line."""
