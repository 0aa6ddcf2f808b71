"""The public topics of a classified article, and its messages there."""

from streams.messages.events import encode_event, encode_story, event_headers
from streams.records import Classified, Message, Story
from streams.topics import TopicName, class_topic, full_name


def route(classified: Classified, *, prefix: str, version: str) -> list[Message]:
    """Return the messages of one article: an original on `events` and on the topic of each of its classes, a copy on `duplicates`."""
    article, duplicate = classified.judged.article, classified.judged.duplicate
    value, headers = encode_event(classified, version), event_headers(classified)
    if duplicate is not None:
        return [Message(topic=full_name(prefix, TopicName.DUPLICATES), key=duplicate.of.encode(), value=value, headers=headers)]
    names = [("region", label.id) for label in classified.regions] + [("topic", label.id) for label in classified.topics]
    topics = [TopicName.EVENTS, *(class_topic(kind, id) for kind, id in sorted(names, key=lambda name: name[1]))]
    return [Message(topic=full_name(prefix, topic), key=article.id.encode(), value=value, headers=headers) for topic in topics]


def story_message(classified: Classified, story: Story, *, prefix: str) -> Message:
    """Return the message on `stories` of the state of a story after its newest event."""
    return Message(topic=full_name(prefix, TopicName.STORIES), key=story.id.encode(), value=encode_story(classified, story))
