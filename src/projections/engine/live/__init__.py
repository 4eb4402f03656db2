"""The live run: batches out of the topic, all folds in one transaction."""
