"""The queue: in a fair order, of bounded length, without answers that nobody fetches."""

import time
from types import SimpleNamespace

import gradio as gr
import pytest
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Queue
from gradio.server_messages import ProcessCompletedMessage

from demos import sequences
from demos.frame.server import Limits
from demos.frame.server.line import LATE, Line, _Running
from demos.frame.server.sentences import Refused
from demos.frame.server.turns import Visitor
from tests.loops import run

LIMITS = {"waiting": 6, "waiting_of_one": 3, "waiting_bytes": 1000}


class Function:
    """What the queue needs to know of a handler."""

    def __init__(self):
        self.concurrency_id, self.concurrency_limit = "train", 1
        self.fn, self.batch, self.validator, self.api_name = len, False, None, "train"
        self.connection = "sse"


def line(**limits) -> Line:
    blocks = SimpleNamespace(
        limits=Limits(**{**LIMITS, **limits}), fns={0: Function()}, default_config=None
    )
    made = Queue(True, 4, 1, None, blocks, 1)
    return Line.like(made)


def request(address: str, name: str, size: int = 10) -> SimpleNamespace:
    scope = {"client": (address, 1), "course.visitor": Visitor(address, name), "course.body": size}
    return SimpleNamespace(scope=scope, headers={}, cookies={}, query_params={})


async def push(to: Line, address: str, name: str, size: int = 10, data: tuple = ()) -> str:
    body = PredictBodyInternal(
        fn_index=0, data=[*data], session_hash=f"{address}-{name}", request=None
    )  # fmt: skip
    _, event, state = await to.push(body, request(address, name, size), None)
    assert state == "success"
    return event


def names(waiting: Line) -> list[str]:
    return [one.session_hash for one in waiting._waiting()]


def next_of(waiting: Line) -> str | None:
    events = waiting.get_events()
    return events[0][0].session_hash if events else None


@pytest.fixture
def school(monkeypatch):
    """Find the handler as Gradio does, where there is no page."""
    monkeypatch.setattr(
        "gradio.route_utils.get_fn", lambda blocks, _name, body: blocks.fns[body.fn_index]
    )
    return run


def test_a_page_may_wait_for_a_few_things(school):
    async def act():
        waiting = line()
        for _ in range(3):
            await push(waiting, "a", "anna")
        with pytest.raises(Refused, match="Too much is waiting") as caught:
            await push(waiting, "a", "anna")
        assert caught.value.status == 429  # the page shows no words of another
        await push(waiting, "a", "ben")
        assert len(waiting) == 4

    school(act())


def test_when_it_is_full_who_has_most_waiting_makes_room(school):
    async def act():
        waiting = line()
        for name in ("one", "one", "two", "two", "three", "three"):
            await push(waiting, "flood", name)
        last = waiting._waiting()[-1]
        await push(waiting, "a", "anna")
        assert len(waiting) == 6
        assert "a-anna" in names(waiting)
        assert names(waiting).count("flood-three") == 1
        messages = waiting.pending_messages_per_session["flood-three"]
        message = [messages.get_nowait() for _ in range(messages.qsize())][-1]
        assert isinstance(message, ProcessCompletedMessage)
        assert not message.success
        assert message.event_id == last._id
        assert "Too much is waiting" in message.output["error"]
        with pytest.raises(Refused):
            await push(waiting, "flood", "one")

    school(act())


def test_a_class_behind_one_address_shares_the_room(school):
    async def act():
        waiting = line()
        for name in ("bad", "bad", "bad", "one", "two", "three"):
            await push(waiting, "school", name)
        await push(waiting, "school", "anna")
        assert "school-anna" in names(waiting)
        assert names(waiting).count("school-bad") == 2

    school(act())


def test_what_waits_is_limited_in_bytes(school):
    async def act():
        waiting = line()
        await push(waiting, "flood", "one", 500)
        await push(waiting, "flood", "two", 500)
        await push(waiting, "a", "anna", 300)
        assert sorted(names(waiting)) == ["a-anna", "flood-one"]
        with pytest.raises(Refused):
            await push(waiting, "b", "ben", 2000)

    school(act())


def test_it_is_the_turn_of_who_had_less(school):
    async def act():
        waiting = line()
        waiting.shares.add(Visitor("a", "anna"), 9)
        waiting.shares.add(Visitor("a", "ben"), 3)
        for name in ("anna", "ben"):
            await push(waiting, "a", name)
        await push(waiting, "b", "carl")
        assert [next_of(waiting) for _ in range(4)] == ["b-carl", "a-ben", "a-anna", None]

    school(act())


def test_nothing_is_begun_that_nobody_waits_for(school):
    async def act():
        waiting = line()
        await push(waiting, "a", "program")
        await push(waiting, "a", "anna")
        for one in waiting._waiting():
            one.enqueue_time -= 60
        assert next_of(waiting) is None
        waiting.listen("a-anna")
        assert next_of(waiting) == "a-anna"
        assert next_of(waiting) is None
        waiting.listen("a-program")
        assert next_of(waiting) == "a-program"

    school(act())


def test_a_page_gets_its_answers_in_the_order_in_which_it_asked(school):
    async def act():
        waiting = line()
        for name in ("anna", "anna", "ben"):
            await push(waiting, "a", name)
        waiting.event_queue_per_concurrency_id["train"].concurrency_limit = 3
        assert next_of(waiting) == "a-anna"
        anna = _Running("train", Visitor("a", "anna"), "a-anna", time.monotonic())
        waiting._running["event"] = anna
        assert next_of(waiting) == "a-ben"
        assert next_of(waiting) is None  # there is room, but the earlier answer comes first
        del waiting._running["event"]
        assert next_of(waiting) == "a-anna"

    school(act())


def test_who_had_little_need_not_wait_for_a_long_run_of_who_had_much(school):
    async def act():
        waiting = line()
        flood, ben = Visitor("a", "flood"), Visitor("a", "ben")
        for name in ("flood", "flood", "ben"):
            await push(waiting, "a", name)
        waiting.shares.add(ben, 0.1)
        assert next_of(waiting) == "a-flood"
        running = waiting.event_queue_per_concurrency_id["train"]
        running.current_concurrency = 1
        waiting._running["event"] = _Running("train", flood, "a-flood", time.monotonic() - 4)
        waiting.listen("a-ben")
        assert next_of(waiting) is None  # asked just now
        for one in waiting._waiting():
            one.enqueue_time -= LATE
        waiting.shares.add(ben, 3)
        assert next_of(waiting) is None  # had much, too; and the flood has much just now
        waiting.shares.add(ben, -3)
        running.current_concurrency = 2
        assert next_of(waiting) is None  # one more than usual, not two
        running.current_concurrency = 1
        assert next_of(waiting) == "a-ben"

    school(act())


def test_what_is_light_waits_for_no_other_page_but_for_what_its_own_asked_before(school):
    def topic(name):
        return ({"topic": name},)

    async def act():
        waiting = line()
        with gr.Blocks() as page:  # the handler as a chapter wires it
            sequences.build()
        waiting.blocks.fns[0].fn = next(
            one.fn for one in page.fns.values() if one.concurrency_id == "sequences"
        )
        await push(waiting, "a", "trains", data=topic("back"))
        assert next_of(waiting) == "a-trains"
        waiting.event_queue_per_concurrency_id["train"].current_concurrency = 1
        trains = _Running("train", Visitor("a", "trains"), "a-trains", time.monotonic())
        waiting._running["event"] = trains
        await push(waiting, "a", "also", data=topic("remember"))
        await push(waiting, "a", "also", data=topic("unroll"))
        await push(waiting, "a", "trains", data=topic("unroll"))
        for stranger in (topic(["unroll"]), (None,), (7, "unroll")):
            await push(waiting, "a", "stranger", data=stranger)
        assert next_of(waiting) is None
        waiting.event_queue_per_concurrency_id["train"].queue.pop()
        await push(waiting, "a", "drags", data=topic("unroll"))
        assert next_of(waiting) == "a-drags"
        assert next_of(waiting) is None
        del waiting._running["event"]
        assert next_of(waiting) == "a-trains"

    school(act())


def test_what_nobody_fetches_is_forgotten_and_what_is_listened_to_is_not(school):
    async def act():
        waiting = line(unfetched=60)
        gone = await push(waiting, "a", "gone")
        await push(waiting, "a", "anna")
        await push(waiting, "a", "fresh")
        waiting.listen("a-anna")
        then = time.monotonic() - 61
        waiting._left.update({"a-gone": then, "a-anna": then})
        await waiting.forget()
        assert sorted(waiting.pending_messages_per_session) == ["a-anna", "a-fresh"]
        assert sorted(waiting.pending_event_ids_session) == ["a-anna", "a-fresh"]
        assert gone not in waiting.event_ids_to_events
        assert waiting.knows("a-anna")
        assert not waiting.knows("a-gone")
        waiting.leave("a-anna")
        await waiting.forget()
        assert waiting.knows("a-anna")  # it may come again

    school(act())


def test_the_session_of_an_event_is_found_before_and_after_it_ran(school):
    async def act():
        waiting = line()
        event = await push(waiting, "a", "anna")
        assert waiting.session_of(event) == "a-anna"
        waiting.event_ids_to_events.clear()
        assert waiting.session_of(event) == "a-anna"
        assert waiting.session_of("other") == "other"

    school(act())


def test_the_suite_has_this_queue_and_computes_nothing_queued_past_it():
    import app

    assert isinstance(app.demo._queue, Line)
    assert app.demo._queue is app.demo.line
    assert not app.demo.api_open
