"""Ports: chosen once, remembered, and chosen again with a clear line."""

import json

import pytest

from deploy.local.data import DataDirectory
from deploy.local.ports import PARTS, choose_ports
from deploy.local.progress import silently
from deploy.local.trouble import Trouble


def remember(data: DataDirectory, **changed: int) -> None:
    known = json.loads(data.ports.read_text())
    data.ports.write_text(json.dumps(known | changed))


def test_the_second_start_has_the_ports_of_the_first(data: DataDirectory, port: int) -> None:
    first = choose_ports(data, None, silently, port)
    assert choose_ports(data, None, silently, port + 1000) == first
    assert len({getattr(first, part) for part in PARTS}) == len(PARTS)


def test_a_port_that_was_taken_meanwhile_is_chosen_again_with_a_line(data: DataDirectory, port: int, taken: int) -> None:
    before = choose_ports(data, None, silently, port)
    remember(data, intake=taken)
    said: list[str] = []
    after = choose_ports(data, None, said.append, port)
    assert said == [f"port {taken} (intake) is taken by another program: intake uses {after.intake} from now on"]
    assert after.portal == before.portal


def test_the_identity_provider_must_have_its_port_for_it_is_part_of_every_identity(data: DataDirectory, port: int, taken: int) -> None:
    choose_ports(data, None, silently, port)
    remember(data, identity=taken)
    with pytest.raises(Trouble, match="every identity"):
        choose_ports(data, None, silently, port)


def test_the_portals_port_can_be_asked_for_and_is_remembered(data: DataDirectory, port: int) -> None:
    asked = choose_ports(data, port + 9, silently, port)
    assert asked.portal == port + 9
    assert choose_ports(data, None, silently, port) == asked


def test_asking_for_a_port_that_is_taken_is_refused(data: DataDirectory, port: int, taken: int) -> None:
    with pytest.raises(Trouble, match="choose another with --port"):
        choose_ports(data, taken, silently, port)


def test_a_damaged_file_says_what_to_do(data: DataDirectory, port: int) -> None:
    data.ports.write_text("{")
    with pytest.raises(Trouble, match="remove it"):
        choose_ports(data, None, silently, port)
