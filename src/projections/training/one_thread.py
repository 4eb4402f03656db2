"""Small sums are done by one thread."""

from threadpoolctl import threadpool_limits


# A thread for each core waits for the others by running in circles: on two busy cores, what one thread did in
# 0.9 s took two of them 13 s.
def one_thread() -> threadpool_limits:
    """Within it, numpy and scikit-learn use one thread of this process."""
    return threadpool_limits(limits=1)
