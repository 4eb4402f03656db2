"""The scheduler: what happens because time goes by, not because somebody asks."""
