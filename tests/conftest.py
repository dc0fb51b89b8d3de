"""What every test starts from."""

from hypothesis import HealthCheck, settings

# A loaded machine takes its time, which says nothing of the code; fixtures that examples share are meant to be shared.
_SUPPRESSED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("promoscope", deadline=None, suppress_health_check=_SUPPRESSED)
settings.load_profile("promoscope")
