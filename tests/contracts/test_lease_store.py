"""What every lease store does."""

from __future__ import annotations

from headwater.ports.storage import Storage
from tests.contracts.turned_clock import TurnedClock


def test_a_lease_has_one_owner_until_it_ends(storage: Storage, clock: TurnedClock) -> None:
    leases = storage.leases
    assert leases.holder("lead") is None
    assert leases.acquire("lead", "a", 10)
    assert not leases.acquire("lead", "b", 10)
    clock.sleep(9)
    assert leases.acquire("lead", "a", 10)  # renewed
    clock.sleep(9)
    assert leases.holder("lead") == "a"
    assert not leases.acquire("lead", "b", 10)
    clock.sleep(1)
    assert leases.holder("lead") is None
    assert leases.acquire("lead", "b", 10)
    assert not leases.acquire("lead", "a", 10)


def test_only_its_owner_gives_a_lease_back(storage: Storage) -> None:
    leases = storage.leases
    leases.acquire("lead", "a", 10)
    leases.release("lead", "b")
    assert leases.holder("lead") == "a"
    leases.release("lead", "a")
    assert leases.acquire("lead", "b", 10)


def test_leases_of_other_names_are_others(storage: Storage) -> None:
    assert storage.leases.acquire("one", "a", 10)
    assert storage.leases.acquire("two", "b", 10)


def test_who_has_a_lease_no_more_cannot_renew_it(storage: Storage, clock: TurnedClock) -> None:
    leases = storage.leases
    assert not leases.renew("lead", "a", 10)
    leases.acquire("lead", "a", 10)
    clock.sleep(11)
    assert leases.renew("lead", "a", 10)  # late, but nobody has taken it
    assert leases.holder("lead") == "a"
    leases.release("lead", "a")
    assert not leases.renew("lead", "a", 10)


def test_a_lease_that_nobody_renews_lapses(storage: Storage, clock: TurnedClock) -> None:
    leases = storage.leases
    assert leases.lapsed("lead", 5) is None
    leases.acquire("lead", "a", 10)
    clock.sleep(14)
    assert leases.lapsed("lead", 5) is None
    clock.sleep(1)
    assert leases.lapsed("lead", 5) == "a"
    leases.release("lead", "a")
    assert leases.lapsed("lead", 5) is None
