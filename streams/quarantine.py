"""A record that ends the process that works on it: its dead letter, and how to have each article of a message apart."""

from collections.abc import Sequence
from dataclasses import replace

from streams.counts import StageName
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.errors import InvalidRecord, Reason
from streams.messages.codec import decode_articles, decode_judged, encode_article, encode_batches, encode_judged
from streams.messages.dead_letters import dead_letter
from streams.messages.envelope import replay_id
from streams.output import Death, Output
from streams.pipeline import PipelineConfig, deduplicate
from streams.records import Incoming

DETAIL = "its worker died of it, and then twice a process that held nothing else"


def one_by_one(stage: StageName, incoming: Incoming) -> list[Incoming]:
    """Return the records of a message, each as a message with its topic, partition and offset: the articles of a batch, or the dump."""
    replay = replay_id(incoming.headers)
    try:
        if stage is StageName.SPLIT or incoming.defect is not None:
            return [incoming]
        if stage is StageName.DEDUPLICATE:
            elements = [encode_article(article) for article in decode_articles(incoming.value, replay)]
        else:
            elements = [encode_judged(judged) for judged in decode_judged(incoming.value, replay)]
    except InvalidRecord:
        return [incoming]  # the stage says what is wrong with it
    return [replace(incoming, value=value) for element in elements for value in encode_batches([element])]


def judge_alone(batch: Sequence[Incoming], config: PipelineConfig, copy_config: CopyConfig) -> Output:
    """Return the output of deduplicate for messages of one partition, judged against an empty index: a sandbox has no other."""
    return deduplicate(batch, config, CopyIndex(copy_config))


def crashed(stage: StageName, incoming: Incoming, prefix: str) -> Output:
    """Return what becomes of a record that ends its process."""
    output = Output()
    output.messages.append(dead_letter(incoming, incoming.value, stage=stage, reason=Reason.CRASH, detail=DETAIL, prefix=prefix))
    output.deaths.append(Death(stage=stage, incoming=incoming, reason=Reason.CRASH, detail=DETAIL, error=None))
    output.counts.die(stage, Reason.CRASH)
    return output
