"""How the writer answers: to a thread that waits, or to an event loop that goes on meanwhile."""

import asyncio
import threading
import weakref
from collections import deque
from contextlib import suppress
from typing import Protocol

from gateways.log.unit import Outcome


class Reply(Protocol):
    """What one who waits for outcomes is told, once. A Future of the standard library is one."""

    def done(self) -> bool: ...
    def set_result(self, result: list[Outcome], /) -> None: ...
    def set_exception(self, exception: BaseException | None, /) -> None: ...


class LoopReplies:
    """Replies to those who wait in one event loop, whose life they do not prolong.

    All that the writer says in one go wakes the loop once: each wake-up costs a system call, behind which it waits
    for the interpreter's lock again.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._said: list[LoopReply] = []
        self._one_at_a_time = threading.Lock()

    def reply(self) -> "LoopReply":
        return LoopReply(self, asyncio.get_running_loop().create_future())

    def say(self, reply: "LoopReply") -> None:
        with self._one_at_a_time:
            self._said.append(reply)
            first = len(self._said) == 1
        loop = self._loop() if first else None
        if loop is not None:
            with suppress(RuntimeError):  # the loop was closed: nobody waits in it any more
                loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        with self._one_at_a_time:
            said, self._said = self._said, []
        for reply in said:
            reply.hand_over()


class LoopReply:
    """One reply; `awaited` is what its coroutine waits for. The command of one who hangs up is carried out."""

    __slots__ = ("_error", "_outcomes", "_replies", "_said", "awaited")

    def __init__(self, replies: LoopReplies, awaited: "asyncio.Future[list[Outcome]]") -> None:
        self.awaited = awaited
        self._replies = replies
        self._said = False
        self._outcomes: list[Outcome] = []
        self._error: BaseException | None = None

    def done(self) -> bool:
        return self._said

    def set_result(self, result: list[Outcome], /) -> None:
        if not self._said:
            self._outcomes = result
            self._say()

    def set_exception(self, exception: BaseException | None, /) -> None:
        if not self._said:
            self._error = exception
            self._say()

    def hand_over(self) -> None:
        if self.awaited.done():  # its coroutine was cancelled
            return
        if self._error is None:
            self.awaited.set_result(self._outcomes)
        else:
            self.awaited.set_exception(self._error)

    def _say(self) -> None:
        self._said = True
        self._replies.say(self)


class ThreadReplies:
    """Replies to threads, each of which waits for its own as soon as it has handed something in.

    Of all that are told something in one go the first is woken, and each wakes the next one: woken together they
    would only wait, one behind the other and before the writer, for the interpreter's lock.
    """

    def __init__(self) -> None:
        self._turn: ThreadReply | None = None
        self._said: deque[ThreadReply] = deque()
        self._one_at_a_time = threading.Lock()

    def reply(self) -> "ThreadReply":
        return ThreadReply(self)

    def say(self, reply: "ThreadReply", told: "list[Outcome] | BaseException | None") -> None:
        with self._one_at_a_time:
            if reply.told is not None:
                return
            reply.told = told
            if reply.left:
                return
            if self._turn is None:
                self._turn = reply
                reply.wake()
            else:
                self._said.append(reply)

    def leave(self, reply: "ThreadReply") -> None:
        """Nobody waits for it any more; whose turn it is wakes the next one."""
        with self._one_at_a_time:
            reply.left = True
            if self._turn is not reply:
                return
            self._turn = None
            while self._said and self._turn is None:
                following = self._said.popleft()
                if not following.left:
                    self._turn = following
                    following.wake()


class ThreadReply:
    """One reply."""

    __slots__ = ("_replies", "_silence", "left", "told")

    def __init__(self, replies: ThreadReplies) -> None:
        self.told: list[Outcome] | BaseException | None = None
        self.left = False
        self._replies = replies
        self._silence = threading.Lock()
        self._silence.acquire()

    def done(self) -> bool:
        return self.told is not None

    def set_result(self, result: list[Outcome], /) -> None:
        self._replies.say(self, result)

    def set_exception(self, exception: BaseException | None, /) -> None:
        self._replies.say(self, exception)

    def wake(self) -> None:
        self._silence.release()

    def wait(self) -> list[Outcome]:
        """What was said. To be called once."""
        try:
            self._silence.acquire()
        finally:  # also where whoever waits gives up
            self._replies.leave(self)
        if isinstance(self.told, BaseException):
            raise self.told
        return self.told or []
