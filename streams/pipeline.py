"""READ FIRST: the path of a record, from top to bottom.

    news.dumps, news.dumps.backfill
        -> split        cuts a dump into articles, and fixes their ids and times          -> news.articles
                        (those of a large dump pass through news.articles.large, one batch after another)
        -> deduplicate  judges each article: an original, or a copy of which one          -> news.judged, news.index
        -> classify     labels each one by region and topic, and routes it                -> news.events, news.region.*, news.topic.*,
                                                                                              news.duplicates, news.stories
    split, deduplicate: what publishes nothing -> news.outcomes
    any stage: what can't be processed -> news.dead-letters

`STAGES`, at the end, is the one table of the stages. Each is a function from a batch of messages to an `Output`: the messages to send, and
the counts. The Faust worker, `newsmill process` and the test driver run these functions; each sends the messages of a batch and commits the
batch in one step, or neither.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from streams.classify.class_set import ClassSet
from streams.classify.classify import classify as labels_of
from streams.classify.fold import fold
from streams.counts import RecordFate, StageName
from streams.deduplicate.fingerprint import Fingerprint, fingerprints
from streams.deduplicate.index import Change, CopyIndex
from streams.deduplicate.judge import judge
from streams.deduplicate.judge_story import with_story
from streams.deduplicate.normalize import content_id
from streams.deduplicate.story_changes import pack_with_stories
from streams.dumps.decode import decode_dump
from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason
from streams.messages.codec import decode_articles, decode_judged, encode_article, encode_batches, encode_dump, encode_judged, fit_one_batch
from streams.messages.envelope import id_of, open_envelope, replay_id
from streams.messages.outcomes import dump_without_articles, unpublished_article
from streams.messages.route import route, story_message
from streams.output import Output, run_stage
from streams.places.places import places_of
from streams.records import Article, Classified, Cut, Dump, Fate, Incoming, Judged, Message
from streams.split import split_page
from streams.split.address_days import fill_address_day
from streams.times import is_time
from streams.topics import TopicName, full_name, partition_of

_CUT_FIELDS = Cut.__dataclass_fields__.keys() - {"url", "identity"}  # those that an article has under the same name


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineConfig:
    """The settings of the stages. `partitions`: of the internal topics; `shapes`: try page shapes; `repeats`: publish repeats."""

    classes: ClassSet
    version: str
    prefix: str = "news"
    partitions: int = 6
    shapes: bool = True
    repeats: bool = True

    def topic(self, name: TopicName) -> str:
        """Return the full name of a topic, such as `news.dumps`."""
        return full_name(self.prefix, name)


def split(batch: Sequence[Incoming], config: PipelineConfig) -> Output:
    """Cut each dump of a batch into articles, packed into one batch for each target partition.

    Articles of a dump that fill more than one batch go to `news.articles.large`: other dumps pass them.
    """
    output = Output()
    packed: dict[int, list[bytes]] = {}
    large: dict[int, list[bytes]] = {}
    outcomes: list[bytes] = []

    def step(incoming: Incoming, _: Incoming) -> None:
        dump = open_envelope(incoming, backfill=incoming.topic == config.topic(TopicName.BACKFILL))
        page = decode_dump(dump.body, dump.content_type)
        cuts = split_page(page, dump.fetched_at, shapes=config.shapes)
        is_web_page = page.format is Format.HTML
        dated = [fill_address_day(cut, dump.url, dump.fetched_at) if is_web_page else cut for cut in cuts.cuts]
        articles = [_identified(cut, dump, index) for index, cut in enumerate(dated)]
        elements = encode_dump(articles)
        target = packed if fit_one_batch(elements) else large
        for article, element in zip(articles, elements, strict=True):
            target.setdefault(partition_of(article.language, config.partitions)[0], []).append(element)
        counts, characters = output.counts, Counter[Fate]()
        counts.records[StageName.SPLIT, RecordFate.SPLIT if articles else RecordFate.NO_ARTICLES] += 1
        counts.articles.update(article.language or "unknown" for article in articles)
        counts.confidences.update(article.confidence for article in articles)
        for span in cuts.spans:
            characters[span.fate] += span.end - span.start
        counts.dump_characters.update(characters)
        if not articles:
            outcomes.append(dump_without_articles(dump, page.format, characters))

    run_stage(
        StageName.SPLIT, batch, config.prefix, output, read=lambda incoming: (incoming,), step=step, write=lambda incoming: incoming.value
    )
    for topic, by_partition in ((TopicName.ARTICLES, packed), (TopicName.LARGE, large)):
        for partition, elements in sorted(by_partition.items()):
            output.messages += _batches(config.topic(topic), partition, elements)
    output.messages += _batches(config.topic(TopicName.OUTCOMES), None, outcomes)
    return output


def release(batch: Sequence[Incoming], config: PipelineConfig) -> Output:
    """Pass batches of articles of large dumps on to `news.articles`, as they are."""
    output = Output()

    def step(incoming: Incoming, _: Incoming) -> None:
        partition = (incoming.partition or 0) % config.partitions
        output.messages.append(Message(topic=config.topic(TopicName.ARTICLES), key=None, value=incoming.value, partition=partition))

    run_stage(
        StageName.SPLIT, batch, config.prefix, output, read=lambda incoming: (incoming,), step=step, write=lambda incoming: incoming.value
    )
    return output


def deduplicate(batch: Sequence[Incoming], config: PipelineConfig, index: CopyIndex) -> Output:
    """Judge each article of a batch, one by one in the order of the log; all messages are of the one partition that `index` is for.

    `index` takes the changes at once: where the messages are then not committed, it must be built anew from `news.index`.
    """
    output = Output()
    judged: list[bytes] = []
    outcomes: list[bytes] = []
    changes: list[tuple[bool, Change]] = []

    def step(incoming: Incoming, unit: tuple[Article, Fingerprint]) -> None:
        article, text = unit
        now = incoming.timestamp or 0
        verdict, story = with_story(judge(article, text, index, now=now), article, text, index, now=now)
        element = encode_judged(Judged(article=article, duplicate=verdict.duplicate, story=story))
        if verdict.change is not None:
            index.apply(verdict.change, now=now, backfill=article.backfill)
            changes.append((article.backfill, verdict.change))
        muted = verdict.duplicate is not None and verdict.duplicate.kind == "repeat" and not config.repeats
        output.counts.records[StageName.DEDUPLICATE, RecordFate.REPEAT if muted else RecordFate(verdict.fate)] += 1
        if verdict.duplicate is not None:
            output.counts.duplicates[verdict.duplicate.kind] += 1
        if verdict.fate == "replayed" or muted:
            outcomes.append(unpublished_article(article, "repeat" if muted else "replayed", verdict.duplicate))
        else:
            judged.append(element)

    for incoming in batch:
        changes.clear()
        run_stage(
            StageName.DEDUPLICATE,
            [incoming],
            config.prefix,
            output,
            read=_read_articles,
            step=step,
            write=lambda unit: _article_batch(unit[0]),
        )
        # A message holds one intake, but for a replay; a record holds one, so that they are applied again in the same order.
        for backfill, made in groupby(changes, key=itemgetter(0)):
            value = pack_with_stories([change for _, change in made], now=incoming.timestamp or 0, backfill=backfill)
            output.messages.append(Message(topic=config.topic(TopicName.INDEX), key=None, value=value, partition=incoming.partition))
    output.messages += _batches(config.topic(TopicName.JUDGED), batch[0].partition, judged)
    output.messages += _batches(config.topic(TopicName.OUTCOMES), None, outcomes)
    return output


def classify(batch: Sequence[Incoming], config: PipelineConfig) -> Output:
    """Label each judged article of a batch, and route it to the public topics."""
    output = Output()
    stories = dict[str, Message]()  # the latest state of each story of the batch

    def step(_: Incoming, judged: Judged) -> None:
        article = judged.article
        folded = fold(f"{article.title or ''}\n{article.body}")
        named = places_of(article.title, article.body, article.language, article.dateline, folded=folded)
        labels = labels_of(article.title, article.body, article.language, config.classes, folded=folded, places=named.places)
        classified = Classified(
            judged=judged,
            regions=labels.regions,
            topics=labels.topics,
            classes=config.classes.hash,
            places=named.places,
            countries=named.countries,
        )
        output.messages += route(classified, prefix=config.prefix, version=config.version)
        if judged.story is not None and judged.duplicate is None:
            stories.pop(judged.story.id, None)
            stories[judged.story.id] = story_message(classified, judged.story, prefix=config.prefix)
        counts, is_event = output.counts, judged.duplicate is None
        counts.records[StageName.CLASSIFY, RecordFate.EVENT if is_event else RecordFate.DUPLICATE] += 1
        if is_event:
            for label in (*labels.regions, *labels.topics):
                counts.events[label.id, label.about] += 1
            for country in named.countries:
                counts.countries[country] += 1
        if article.outlet is not None and article.fetched_at is not None:
            counts.see_outlet(article.outlet, article.fetched_at)

    run_stage(StageName.CLASSIFY, batch, config.prefix, output, read=_read_judged, step=step, write=_judged_batch)
    output.messages += stories.values()
    return output


def _identified(cut: Cut, dump: Dump, index: int) -> Article:
    """Return the article of a cut. One with an identity of its own has the same id in each dump from the same address, until it changes."""
    fields = {name: getattr(cut, name) for name in _CUT_FIELDS}
    content = content_id(cut.title, cut.body)
    if cut.identity is None:
        id = id_of(dump.dump_id.encode(), str(index).encode())
    else:
        id = id_of((dump.url or "").encode(errors="surrogatepass"), cut.identity.encode(errors="surrogatepass"), content.encode())
    return Article(
        id=id,
        content_id=content,
        url=dump.url,
        article_url=cut.url,
        dump_id=dump.dump_id,
        index=index,
        fetched_at=dump.fetched_at,
        backfill=dump.backfill,
        traceparent=dump.traceparent,
        **fields,
    )


def _read_articles(incoming: Incoming) -> Iterator[tuple[Article, Fingerprint]]:
    if incoming.timestamp is not None and not is_time(incoming.timestamp):  # only without LogAppendTime, by which the index is ordered
        raise InvalidRecord(Reason.BAD_TIME, f"the message's timestamp {incoming.timestamp} is outside the years 1 to 9999")
    articles = decode_articles(incoming.value, replay_id(incoming.headers))
    return zip(articles, fingerprints(article.body for article in articles), strict=True)


def _read_judged(incoming: Incoming) -> list[Judged]:
    return decode_judged(incoming.value, replay_id(incoming.headers))


def _article_batch(article: Article) -> bytes:
    return next(encode_batches([encode_article(article)]))


def _judged_batch(judged: Judged) -> bytes:
    return next(encode_batches([encode_judged(judged)]))


def _batches(topic: str, partition: int | None, elements: list[bytes]) -> list[Message]:
    return [Message(topic=topic, key=None, value=value, partition=partition) for value in encode_batches(elements)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the path.

    Attributes:
        inputs: topics that it takes batches from, each batch from one topic; the order is that in which a backlog is worked off.
        outputs: topics that it sends to, beside dead letters; classify also sends to the topics of the classes.
        fates: of a record at this stage; each record has exactly one.
        function: `(batch, config)`; deduplicate also takes the copy index of the batch's partition.
    """

    name: StageName
    inputs: tuple[TopicName, ...]
    outputs: tuple[TopicName, ...]
    fates: tuple[RecordFate, ...]
    function: Callable[..., Output]


STAGES = (
    Stage(
        name=StageName.SPLIT,
        inputs=(TopicName.DUMPS, TopicName.BACKFILL, TopicName.LARGE),
        outputs=(TopicName.LARGE, TopicName.ARTICLES, TopicName.OUTCOMES),
        fates=(RecordFate.SPLIT, RecordFate.NO_ARTICLES, RecordFate.DEAD),
        function=split,
    ),
    Stage(
        name=StageName.DEDUPLICATE,
        inputs=(TopicName.ARTICLES,),
        outputs=(TopicName.JUDGED, TopicName.INDEX, TopicName.OUTCOMES),
        fates=(RecordFate.ORIGINAL, RecordFate.COPY, RecordFate.REPLAYED, RecordFate.REPEAT, RecordFate.DEAD),
        function=deduplicate,
    ),
    Stage(
        name=StageName.CLASSIFY,
        inputs=(TopicName.JUDGED,),
        outputs=(TopicName.EVENTS, TopicName.DUPLICATES, TopicName.STORIES),
        fates=(RecordFate.EVENT, RecordFate.DUPLICATE, RecordFate.DEAD),
        function=classify,
    ),
)
# The internal path in order: a stage commits its outputs with its input, so what one has done lies in front of the next.
INPUT_TOPICS = tuple(name for stage in STAGES for name in stage.inputs)
