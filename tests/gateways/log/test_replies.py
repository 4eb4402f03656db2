"""Threads that wait for the writer wake each other: nobody is forgotten, whoever gives up."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.ledger import LogBusy
from gateways.log.replies import ThreadReplies, ThreadReply
from gateways.log.unit import Outcome

SOON = 5.0


def test_each_is_told_what_was_said_to_it_first() -> None:
    replies = ThreadReplies()
    told = [replies.reply() for _ in range(8)]
    with ThreadPoolExecutor(len(told)) as threads:
        waiting = [threads.submit(each.wait) for each in told]
        for number, each in enumerate(told):
            each.set_result([[number]])
            each.set_exception(LogBusy("too late to be told so"))

        assert [each.result(SOON) for each in waiting] == [[[number]] for number in range(8)]
    assert all(each.done() for each in told)


def test_a_refusal_is_raised_where_it_is_waited_for() -> None:
    reply = ThreadReplies().reply()
    reply.set_exception(LogBusy("nobody listens"))

    with pytest.raises(LogBusy, match="nobody listens"):
        reply.wait()


@pytest.mark.parametrize("gives_up", ["before", "between", "after"])
def test_whoever_gives_up_holds_nobody_up(gives_up: str) -> None:
    replies = ThreadReplies()
    first, gone, last = (replies.reply() for _ in range(3))
    outcomes: list[list[Outcome]] = []

    def wait_for(reply: ThreadReply) -> None:
        outcomes.append(reply.wait())

    if gives_up == "before":
        replies.leave(gone)
    first.set_result([[1]])
    gone.set_result([[2]])
    last.set_result([[3]])
    if gives_up == "between":
        replies.leave(gone)
    threads = [threading.Thread(target=wait_for, args=(each,), daemon=True) for each in (first, last)]
    for thread in threads:
        thread.start()
    threads[0].join(SOON)
    if gives_up == "after":  # it was its turn to wake the next one
        replies.leave(gone)
    threads[1].join(SOON)

    assert outcomes == [[[1]], [[3]]]
