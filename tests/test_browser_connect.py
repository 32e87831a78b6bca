from browser import Window

from smartcar.simulator import Simulator
from smartcar.simulator.server import Server


def test_the_first_page_serves_everyone(window: Window) -> None:
    with Server(Simulator(seed=7)) as server:
        window.page.goto(f"{server.greeting.split('Connect a car: ')[1].strip()}")
        assert window.violations() == []
        assert window.complaints == []
