"""What /metrics shows, in Prometheus' text form."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

_AGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60)


class Metrics:
    """One registry for one House; gauges are set when somebody looks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.event_age = Histogram(
            "jietong_event_age_seconds",
            "Time between Asterisk's timestamp and arrival here",
            buckets=_AGE_BUCKETS,
            registry=self.registry,
        )
        self._gauges: dict[str, Gauge] = {}

    def heard(self, age_ms: int) -> None:
        """Note the age of one event."""
        self.event_age.observe(age_ms / 1000)

    def set(self, name: str, help_text: str, value: float, **labels: str) -> None:
        """Set one gauge, made when first named."""
        gauge = self._gauges.get(name)
        if gauge is None:
            gauge = Gauge(name, help_text, labelnames=tuple(labels), registry=self.registry)
            self._gauges[name] = gauge
        (gauge.labels(**labels) if labels else gauge).set(value)

    def set_only(self, name: str, help_text: str, labelled: Iterable[dict[str, str]]) -> None:
        """Set a gauge to 1 for each set of labels, and leave out all others.

        Not 0: a series for every agent whose telephone was ever away would be of no use.
        """
        gauge = self._gauges.get(name)
        if gauge is not None:
            gauge.clear()
        for labels in labelled:
            self.set(name, help_text, 1, **labels)

    def text(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self.registry)
