"""Whose turn it is: fair between addresses, within one address between pages."""

import asyncio

from demos.frame.server.turns import HALF, MOST, Shares, Turns, Visitor, visitor_of

ANNA, BEN = Visitor("1.1.1.1", "anna"), Visitor("1.1.1.1", "ben")
CARL = Visitor("2.2.2.2", "carl")


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


def test_the_address_that_had_less_goes_first_and_in_it_the_page_that_had_less():
    had, _ = shares()
    had.add(ANNA, 8)
    had.add(CARL, 3)
    line = sorted([ANNA, BEN, CARL], key=lambda one: had.order(one, since=0))
    assert line == [CARL, BEN, ANNA]


def test_who_comes_under_new_names_does_not_go_before_the_others_for_ever():
    had, now = shares()
    had.add(ANNA, 8)
    now[0] = 2
    assert had.order(Visitor(ANNA.address, "new"), since=2) > had.order(ANNA, since=0)


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
            assert turns._in <= 2
            await asyncio.sleep(0)

    async def school():
        turns = Turns(at_once=2, waiting=30)
        turns.shares.add(ANNA, 1)
        flood = [asyncio.ensure_future(ask(turns, ANNA)) for _ in range(30)]
        await asyncio.sleep(0)
        await asyncio.gather(ask(turns, BEN), *flood)
        assert not turns._line
        assert turns._in == 0

    asyncio.run(school())
    assert log.index(BEN) <= 4
    assert len(log) == 31


def test_one_address_fills_its_part_of_the_line_and_no_other():
    async def school():
        turns = Turns(at_once=1, waiting=2)
        async with turns.turn(ANNA):
            waiting = [asyncio.ensure_future(turns.turn(ANNA).__aenter__()) for _ in range(2)]
            await asyncio.sleep(0)
            assert turns.full(BEN)
            assert not turns.full(CARL)
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            assert not turns.full(BEN)

    asyncio.run(school())


def test_who_goes_away_when_let_in_leaves_the_turn_to_the_next():
    async def school():
        turns = Turns(at_once=1, waiting=9)
        async with turns.turn(ANNA):
            gone = asyncio.ensure_future(turns.turn(BEN).__aenter__())
            await asyncio.sleep(0)
        gone.cancel()  # was let in, and does not know it yet
        await asyncio.gather(gone, return_exceptions=True)
        assert turns._in == 0

    asyncio.run(school())
