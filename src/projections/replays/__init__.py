"""The replay laboratory: a scoring model over the history, judged by what really happened."""
