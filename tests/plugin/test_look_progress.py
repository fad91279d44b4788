"""Where no line can be written over, a long look says how far it is now and then."""

from pytest_caio.plugin.look_progress import EVERY, lines
from pytest_caio.settings.options import Options


def test_a_line_at_the_beginning_and_then_every_so_often() -> None:
    """Few lines for many probes, and none when all is done."""
    said: list[str] = []
    now = [100.0]
    show = lines(said.append, Options(("staging", "production")), lambda: now[0])
    assert said == ["looking at staging and production"]
    for done in range(1, 41):
        now[0] += 1
        show(done, 40)
    assert EVERY == 15
    assert said[1:] == [
        "looking: 15 of 40 probes done, after 15 s",
        "looking: 30 of 40 probes done, after 30 s",
    ]
