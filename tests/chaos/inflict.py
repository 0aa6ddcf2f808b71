"""What each kind of fault does; each returns once it is done, with the slots that it started."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agents.local_kafka.broker import LocalKafka
from tests.chaos.faults import AWAY_S, Fault
from tests.chaos.fleet import GUEST, Fleet


@dataclass(frozen=True, slots=True)
class Scene:
    """What faults happen to."""

    fleet: Fleet
    kafka: LocalKafka

    def victim(self, fault: Fault) -> int:
        """Return the slot that the fault meets."""
        running = self.fleet.running
        return running[fault.victim % len(running)]


async def kill(scene: Scene, fault: Fault) -> list[int]:
    slot = scene.victim(fault)
    await scene.fleet.end(slot, signal.SIGKILL)
    scene.fleet.start(slot)
    return [slot]


async def kill_all(scene: Scene, _: Fault) -> list[int]:
    slots = scene.fleet.running
    await asyncio.gather(*(scene.fleet.end(slot, signal.SIGKILL) for slot in slots))
    for slot in slots:
        scene.fleet.start(slot)
    return slots


async def terminate(scene: Scene, fault: Fault) -> list[int]:
    slot = scene.victim(fault)
    status = await scene.fleet.end(slot, signal.SIGTERM)
    if status:
        scene.fleet.ended_by_themselves.append(f"worker {slot} status {status} at SIGTERM")
    await asyncio.sleep(fault.hold_s)
    scene.fleet.start(slot)
    return [slot]


async def freeze(scene: Scene, fault: Fault) -> list[int]:
    """Stop a worker in its tracks; `thaw` ends it."""
    scene.fleet.send(scene.victim(fault), signal.SIGSTOP)
    return []


async def broker_stop(scene: Scene, fault: Fault) -> list[int]:
    await asyncio.to_thread(scene.kafka.stop)
    return await _start_broker(scene, fault)


async def broker_kill(scene: Scene, fault: Fault) -> list[int]:
    await asyncio.to_thread(scene.kafka.kill)
    return await _start_broker(scene, fault)


async def broker_away(scene: Scene, fault: Fault) -> list[int]:
    await asyncio.to_thread(scene.kafka.kill)
    await asyncio.sleep(AWAY_S)
    return await _start_broker(scene, fault)


async def wipe(scene: Scene, fault: Fault) -> list[int]:
    slot = scene.victim(fault)
    await scene.fleet.end(slot, signal.SIGKILL)
    scene.fleet.wipe(slot)
    scene.fleet.start(slot)
    return [slot]


async def join(scene: Scene, _: Fault) -> list[int]:
    scene.fleet.start(GUEST)
    return [GUEST]


async def leave(scene: Scene, _: Fault) -> list[int]:
    await scene.fleet.end(GUEST, signal.SIGTERM)
    return []


async def _start_broker(scene: Scene, fault: Fault) -> list[int]:
    address = scene.kafka.bootstrap
    await asyncio.sleep(fault.hold_s)
    await asyncio.to_thread(scene.kafka.start)
    assert scene.kafka.bootstrap == address
    return []


async def thaw(scene: Scene, slot: int, after_s: float) -> None:
    """Let a frozen worker go on: it believes that it still owns what others have taken over."""
    await asyncio.sleep(after_s)
    scene.fleet.send(slot, signal.SIGCONT)


INFLICT: dict[str, Callable[[Scene, Fault], Awaitable[list[int]]]] = {
    "kill": kill,
    "kill-all": kill_all,
    "terminate": terminate,
    "freeze": freeze,
    "broker-stop": broker_stop,
    "broker-kill": broker_kill,
    "broker-away": broker_away,
    "wipe": wipe,
    "join": join,
    "leave": leave,
}
