"""The pure half of newsmill: bytes and records in, messages out. Read `streams/pipeline.py` first.

The path of a record, and the package of each step:

    a message of news.dumps        messages/      its dump: body, address, time
    -> bytes                       dumps/         text or HTML, decoded, within limits
    -> text                        split/         articles with their fields, and the fate of every character
    -> article                     messages/      an id, a content_id, a batch on news.articles
    -> judged                      deduplicate/   an original, or a copy of which
    -> classified                  classify/      regions, topics, evidence
    -> messages                    messages/      news.events, the class topics, news.duplicates, dead letters

Import rule, tested by tests/test_purity.py: nothing here imports Faust, Kafka, asyncio, a clock, a log, the environment or `agents`.
Time is an argument, failures are values or `InvalidRecord`.
"""
