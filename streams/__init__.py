"""The pure half of newsmill: bytes and records in, messages out. Read `streams/pipeline.py` first.

The path of a record, and the module of each step:

    a message of news.dumps        envelope.py   its dump: body, address, time
    -> bytes                       dump.py       text or HTML, decoded, within limits
    -> text                        split/        articles with their fields, and the fate of every character
    -> article                     codec.py      an id, a content_id, a batch on news.articles
    -> judged                      deduplicate.py, fingerprint.py, copy_index.py   an original, or a copy of which
    -> classified                  classify.py, classes.py, classes/*.toml         regions, topics, evidence
    -> messages                    route.py      news.events, the class topics, news.duplicates
    what can't go on               dead_letters.py

Import rule, tested by tests/test_purity.py: nothing here imports Faust, Kafka, asyncio, a clock, a log, the environment or `agents`.
Time is an argument, failures are values or `InvalidRecord`.
"""
