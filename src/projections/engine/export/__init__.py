"""Events and states for analysts: frames and extracts."""
