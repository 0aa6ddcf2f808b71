"""Mutations without knowledge of the code: what a fuzzer does where it can't see which lines an input reaches."""

import random
from collections.abc import Iterator, Sequence

MAX_BYTES = 20_000


def mutated(seeds: Sequence[bytes], pieces: Sequence[bytes], chance: random.Random) -> Iterator[bytes]:
    """Yield mutated seeds without end; equal arguments give equal inputs. The bytes in front, which choose the target, mostly stay."""
    while True:
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 2, 4, 8, 16))):
            _mutate(data, pieces, seeds, chance)
        yield bytes(data[:MAX_BYTES])


def _mutate(data: bytearray, pieces: Sequence[bytes], seeds: Sequence[bytes], chance: random.Random) -> None:
    front = 3 if len(data) > 3 and chance.random() < 0.95 else 1
    start = chance.randrange(min(front, len(data)), len(data) + 1)
    stop = min(len(data), start + int(chance.expovariate(1 / 20)))
    match chance.randrange(7):
        case 0:
            del data[start:stop]
        case 1:
            data[start:start] = data[start:stop] * chance.choice((1, 2, 10))
        case 2 | 3:
            data[start:stop] = chance.choice(pieces)
        case 4:
            data[start:start] = chance.choice(pieces) * chance.choice((1, 1, 3, 50))
        case 5:
            data[start:stop] = chance.randbytes(stop - start)
        case _:
            other = chance.choice(seeds)
            place = chance.randrange(len(other) + 1)
            data[start:stop] = other[place : place + 200]
