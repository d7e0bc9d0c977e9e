"""What Prometheus reads."""

from agent_desk.metrics import Metrics


def test_a_gauge_shows_its_newest_value() -> None:
    metrics = Metrics()
    metrics.set("jietong_inbox_waiting", "Facts not folded yet", 3)
    metrics.set("jietong_inbox_waiting", "Facts not folded yet", 5)
    assert b"\njietong_inbox_waiting 5.0\n" in metrics.text()


def test_a_gauge_may_have_labels() -> None:
    metrics = Metrics()
    for presence, count in (("ready", 2), ("talking", 7)):
        metrics.set("jietong_agents", "Agents by presence", count, presence=presence)
    text = metrics.text()
    assert b'jietong_agents{presence="ready"} 2.0' in text
    assert b'jietong_agents{presence="talking"} 7.0' in text


def test_the_age_of_events_is_counted_in_seconds() -> None:
    metrics = Metrics()
    metrics.heard(4)
    metrics.heard(1_500)
    text = metrics.text()
    assert b'jietong_event_age_seconds_bucket{le="0.005"} 1.0' in text
    assert b"jietong_event_age_seconds_count 2.0" in text
    assert b"jietong_event_age_seconds_sum 1.504" in text


def test_two_houses_do_not_share_their_figures() -> None:
    one, other = Metrics(), Metrics()
    one.heard(1)
    assert b"jietong_event_age_seconds_count 0.0" in other.text()


def test_what_is_over_is_left_out_not_nought() -> None:
    metrics = Metrics()
    metrics.set_only("jietong_alarm", "On", [{"key": "a", "subject": "1"}, {"key": "b", "subject": ""}])
    assert metrics.text().count(b"jietong_alarm{") == 2
    metrics.set_only("jietong_alarm", "On", [{"key": "b", "subject": ""}])
    assert b'jietong_alarm{key="b",subject=""} 1.0' in metrics.text()
    metrics.set_only("jietong_alarm", "On", [])
    assert b"jietong_alarm{" not in metrics.text()
