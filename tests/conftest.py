"""Property tests have no deadline, and take the same examples each time: a machine under load does not change their result."""

from hypothesis import HealthCheck, settings

settings.register_profile("newsmill", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("newsmill")
