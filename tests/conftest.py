from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.postgres", "tests.support.broker", "tests.support.log"]

# How fast the machine is, beside whatever else it does, says nothing of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
