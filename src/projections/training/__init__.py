"""Predictive models are learnt here, from the log; whoever predicts by them needs none of it."""
