pytest_plugins = ["tests.support.postgres", "tests.support.broker", "tests.support.log"]
