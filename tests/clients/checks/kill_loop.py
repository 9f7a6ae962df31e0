"""Fifty kills under load; `tests/clients/kill-loop` does any number."""
import random

from lib.kills import KillLoop
from lib.registry import check

ROUNDS = 50
FIRST = True


@check
def kill_9_fifty_times_and_all_is_as_promised(context):
    KillLoop(context.binary, context.folder("kills"), random.SystemRandom().randrange(1_000_000)).run(ROUNDS)
