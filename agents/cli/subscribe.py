"""`newsmill subscribe`."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing

import click

from agents.cli.options import filter_options
from agents.cli.span_options import Span, span_options
from agents.cli.target_options import TargetOptions, open_target, target_options
from agents.cli.write_feed import write_feed
from agents.client.deliver import Target
from agents.client.event_filter import EventFilter
from agents.client.received_event import ReceivedEvent
from agents.client.subscribe import Subscription, receive_events
from agents.errors import UserError
from agents.settings import Settings
from agents.terminal.interrupt import run_until_signal
from agents.terminal.output import note
from streams.times import format_time

HELP = """\
Show classified events as they arrive, until Ctrl-C.

Values of one kind are alternatives, and kinds narrow each other: --region chile --region peru --topic mining shows mining in Chile or
Peru; with --match any, everything of Chile, of Peru, or on mining. A day is of UTC, from its first or to its last second.

--first, and --min-sources, show each story once. With --group, one member reads, and another takes over from it.

\b
  newsmill subscribe --region chile --about
  newsmill subscribe --since 24h --exit-at-end --topic mining --format csv > mining.csv
  newsmill subscribe --since 2025-08-02 --until 2025-08-03 --text '"lithium permit" council' --language es
  newsmill subscribe --from beginning --format jsonl | jq .title
  newsmill subscribe --topic mining --first
  newsmill subscribe --region chile --min-sources 3 --group alarm --webhook https://example.org/hook
  newsmill subscribe --stories --region chile --since 24h --exit-at-end
  newsmill subscribe --exec 'notify-send {title} {url}' --region chile
  newsmill subscribe --write-feed mining.atom --topic mining
  newsmill subscribe --group archive --from beginning --copies --format jsonl >> archive.jsonl
"""


@click.command("subscribe", help=HELP)
@filter_options
@click.option("--first", is_flag=True, help="Of each story only the first event that passes, and events without a story.")
@click.option("--stories", is_flag=True, help="The states of stories instead of events: size, sources, newest event.")
@span_options
@click.option("--group", metavar="NAME", help="Read as this consumer group; all members of a group share the events.")
@target_options
@click.option("--max", "max_events", type=click.IntRange(min=1), metavar="N", help="Exit after N events.")
@click.pass_obj
def command(
    settings: Settings,
    *,
    event_filter: EventFilter,
    first: bool,
    stories: bool,
    span: Span,
    group: str | None,
    target: TargetOptions,
    max_events: int | None,
) -> None:
    """Show classified events as they arrive."""
    _check_group(settings, group, target, span)
    subscription = Subscription(
        event_filter,
        start=span.start,
        group=group,
        max_events=max_events,
        until=span.until,
        exit_at_end=span.exit_at_end,
        once_per_story=first or event_filter.has_min_sources,
        story_states=stories,
    )
    _check_stories(subscription, target)
    if target.write_feed is not None:
        run_until_signal(write_feed(settings, event_filter, target.write_feed, once=span.has_end))
    else:
        _show(settings, subscription, span, target)


def _show(settings: Settings, subscription: Subscription, span: Span, target: TargetOptions) -> None:
    """Hand each event to the target until Ctrl-C, the end of the span, or the last event that was asked for."""
    names = ", ".join(settings.topic(name) for name in subscription.topic_names())
    events = receive_events(
        settings,
        subscription,
        on_ready=lambda: note(f"reading {names} to its end" if span.has_end else f"listening on {names}; Ctrl-C to stop"),
        on_gap=lambda time_s: note(f"not all of it: events before {format_time(time_s)} are deleted, past their retention"),
    )
    counts = Counter[str]()
    handled = _handle(events, open_target(target, settings, are_stories=subscription.story_states), counts)
    if run_until_signal(handled) and not counts:
        note("no event matches")


def _check_group(settings: Settings, group: str | None, target: TargetOptions, span: Span) -> None:
    if group == "":
        raise UserError("--group needs a name")
    if group == settings.prefix:
        raise UserError(f"--group {group} is the consumer group of the workers; choose another name")
    if target.webhook is not None and group is None and not span.has_end:
        raise UserError("--webhook needs --group NAME, so that after a restart it goes on where it left off")


def _check_stories(subscription: Subscription, target: TargetOptions) -> None:
    """Raise UserError for what the state of a story does not have, and for feeds, which show all events."""
    event_filter = subscription.event_filter
    if target.write_feed is not None and (subscription.once_per_story or subscription.story_states):
        raise UserError("--write-feed goes without --first, --min-sources and --stories: a feed has every event that passes")
    if subscription.story_states:
        wrong = [name for name, is_on in (("about", event_filter.about), ("copies", event_filter.copies)) if is_on]
        wrong += [name for name in ("country",) if event_filter.facets.get(name)]
        if wrong or target.form == "ninjs":
            raise UserError(f"--stories goes without --{(wrong or ['format ninjs'])[0]}: the state of a story does not have it")


async def _handle(events: AsyncGenerator[ReceivedEvent, None], opened: AbstractAsyncContextManager[Target], counts: Counter[str]) -> None:
    async with aclosing(events), opened as handle:
        async for event in events:
            await handle(event)
            counts["shown"] += 1
