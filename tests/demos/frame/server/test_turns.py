"""Whose turn it is: fair between addresses, within one address between pages."""

import asyncio
import itertools

import pytest

from demos.frame.server.sentences import Refused
from demos.frame.server.turns import HALF, MOST, Regulars, Shares, Turns, Visitor, visitor_of
from tests.loops import run

ANNA, BEN = Visitor("1.1.1.1", "anna"), Visitor("1.1.1.1", "ben")
CARL, DORA = Visitor("2.2.2.2", "carl"), Visitor("3.3.3.3", "dora")


def shares():
    now = [0.0]
    return Shares(clock=lambda: now[0]), now


def test_a_visitor_is_an_address_and_the_name_of_the_session():
    scope = {"client": ("1.1.1.1", 5)}
    assert visitor_of(scope) == Visitor("1.1.1.1", "")
    front = b'{"session_hash": "anna", "data": ["' + b"x" * 5000 + b'"]}'
    back = b'{"data": ["' + b"x" * 5000 + b'"],"session_hash":"anna"}'
    assert visitor_of(scope, front) == visitor_of(scope, back) == ANNA
    assert visitor_of({"client": None}, b"{}") == Visitor("", "")


def test_half_of_what_somebody_had_is_forgotten_after_a_minute():
    had, now = shares()
    had.add(ANNA, 8)
    now[0] = 2 * HALF
    assert had.had(ANNA) == had.had(ANNA.address) == 2
    assert had.had(BEN) == 0


def test_the_page_that_had_less_goes_first_and_of_two_that_of_the_address_that_had_less():
    had, _ = shares()
    had.add(ANNA, 8)
    had.add(CARL, 3)
    anna, ben, carl, dora = had.places([(ANNA, 0), (BEN, 0), (CARL, 0), (DORA, 0)])
    assert dora < ben < carl < anna


def test_a_class_does_not_wait_behind_one_who_had_as_much_as_all_of_it():
    had, _ = shares()
    for number in range(30):
        had.add(Visitor("1.1.1.1", str(number)), 1)
    had.add(CARL, 30)
    anna, carl = had.places([(ANNA, 0), (CARL, 0)])
    assert anna < carl


def test_a_clock_that_goes_on_makes_no_difference_between_two_of_one_address():
    ticks = itertools.count()
    had = Shares(clock=lambda: next(ticks))
    had.add(ANNA, 8)
    had.add(BEN, 3)
    anna, ben = had.places([(ANNA, 0), (BEN, 0)])
    assert anna - ben == pytest.approx(5, abs=0.5)


def test_who_comes_under_new_names_does_not_go_before_the_others_for_ever():
    had, now = shares()
    had.add(ANNA, 8)
    now[0] = 2
    new, anna = had.places([(Visitor(ANNA.address, "new"), 2), (ANNA, 0)])
    assert anna < new


def test_visitors_that_are_remembered_do_not_grow_for_ever():
    had, _ = shares()
    for number in range(MOST):
        had.add(Visitor("1.1.1.1", str(number)), 1)
    assert len(had._had) == MOST
    assert had.had("1.1.1.1") == MOST


def test_few_are_in_at_a_time_and_a_student_is_let_in_before_the_rest_of_a_flood():
    log = []

    async def ask(turns, visitor):
        async with turns.turn(visitor):
            log.append(visitor)
            assert turns._inside.total() <= 2
            await asyncio.sleep(0)

    async def school():
        turns = Turns(at_once=2, waiting=30)
        turns.shares.add(ANNA, 1)
        flood = [asyncio.ensure_future(ask(turns, ANNA)) for _ in range(30)]
        await asyncio.sleep(0)
        assert turns._inside.total() == 1  # one visitor has one of two places
        await asyncio.gather(ask(turns, BEN), *flood)
        assert not turns._line
        assert not turns._inside

    run(school())
    assert log.index(BEN) <= 4
    assert len(log) == 31


def test_behind_a_class_that_asks_for_one_thing_nobody_waits_who_asks_for_another():
    async def scene():
        turns, order, over = Turns(3, 99), [], asyncio.Event()

        async def ask(visitor, kind):
            async with turns.turn(visitor, kind):
                order.append(kind)
                if kind == "photos":
                    await over.wait()

        students = [Visitor("1.1.1.1", str(number)) for number in range(9)]
        asked = [asyncio.create_task(ask(one, "photos")) for one in students]
        await asyncio.sleep(0)
        await asyncio.wait_for(ask(BEN, "train"), 5)
        assert order == ["photos", "photos", "train"]
        over.set()
        await asyncio.gather(*asked)
        assert order.count("photos") == 9

    run(scene())


def test_where_too_many_of_an_address_wait_who_has_most_waiting_makes_room():
    async def school():
        turns = Turns(at_once=1, waiting=3)
        async with turns.turn(ANNA):
            flood = [asyncio.ensure_future(turns.turn(ANNA).__aenter__()) for _ in range(3)]
            await asyncio.sleep(0)
            ben = asyncio.ensure_future(turns.turn(BEN).__aenter__())
            carl = asyncio.ensure_future(turns.turn(CARL).__aenter__())
            await asyncio.wait([flood[2]])
            assert isinstance(flood[2].exception(), Refused)
            assert not any(one.done() for one in (flood[0], flood[1], ben, carl))
            with pytest.raises(Refused, match="from your network"):
                await turns.turn(ANNA).__aenter__()
            rest = [*flood[:2], ben, carl]
            for one in rest:
                one.cancel()
            await asyncio.gather(*rest, return_exceptions=True)
        assert not turns._inside
        assert not turns._line

    run(school())


def test_a_name_counts_once_it_is_known_for_a_while():
    now = [0.0]
    regulars = Regulars(seconds=2, clock=lambda: now[0])
    nobody = Visitor(ANNA.address, "")
    assert regulars.known(ANNA) == nobody
    now[0] = 2
    assert regulars.known(ANNA) == ANNA
    assert regulars.known(BEN) == nobody
    for number in range(2 * MOST):
        regulars.known(Visitor("1.1.1.1", str(number)))
        regulars.known(ANNA)
    assert regulars.known(ANNA) == ANNA
    assert len(regulars._since) == MOST


def test_who_goes_away_when_let_in_leaves_the_turn_to_the_next():
    async def school():
        turns = Turns(at_once=1, waiting=9)
        async with turns.turn(ANNA):
            gone = asyncio.ensure_future(turns.turn(BEN).__aenter__())
            await asyncio.sleep(0)
        gone.cancel()  # was let in, and does not know it yet
        await asyncio.gather(gone, return_exceptions=True)
        assert not turns._inside

    run(school())
