"""What others read and write with: the examples of docs/examples, kcat, and spans; beside one worker on a real Kafka."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.settings import Settings
from streams.topics import TopicName
from tests.kafka.conftest import settings_of_their_own
from tests.kafka.worker import Worker, WorkerMill
from tests.test_docs import README

pytestmark = pytest.mark.kafka

EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "examples"
LIMIT_S = 60
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
PAGES = {
    "produce_aiokafka.py": (
        "Strike halts Cerro Alazán copper mine in Chile\nWorkers at the open pit copper mine walked out on Friday over pay.\n"
        "The miners' union said that it wants a share of what record copper prices bring.\n"
    ),
    "produce_confluent.py": (
        "Lithium mine at Salar Blanco gets its permit\nThe ministry allowed a lithium mine near the salt flat in northern Chile.\n"
        "The mining company will pump brine from forty wells, and must watch the water table for thirty years.\n"
    ),
    "kcat": (
        "Nine miners rescued from flooded gold mine\nNine gold miners were brought up from a shaft in eastern Venezuela on Sunday.\n"
        "The mine had been dug without a licence, and water broke in after a night of rain.\n"
    ),
}
needs_kcat = pytest.mark.skipif(not shutil.which("kcat"), reason="kcat is not installed (Debian and Homebrew have it)")


def title(page: str) -> str:
    return PAGES[page].partition("\n")[0]


@pytest.fixture(scope="module")
def worker(brokers: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A worker that writes its spans into its log."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OTEL_TRACES_EXPORTER", "console")
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        with Worker(settings_of_their_own(Settings(brokers=brokers), tmp_path_factory.mktemp("worker"))) as worker:
            yield worker


@pytest.fixture(scope="module")
def titles(worker: Worker, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The headlines of the pages that each producer sent, when all are published."""
    mill, folder, sent = WorkerMill(worker), tmp_path_factory.mktemp("pages"), set()
    for producer, text in PAGES.items():
        page = folder / "page.txt"
        page.write_text(text)
        command = kcat_line(worker.settings, page) if producer == "kcat" else example(worker.settings, producer, "dumps", str(page))
        if shutil.which(command[0]):
            subprocess.run(command, check=True, timeout=LIMIT_S)
            sent.add(title(producer))
    mill.settle()
    mill.close()
    return sent


def example(settings: Settings, name: str, topic: str, *arguments: str) -> list[str]:
    own = [*arguments, f"https://pages.example/{name}"] if arguments else []
    return [sys.executable, str(EXAMPLES / name), settings.brokers, settings.topic(topic), *own]


def kcat_line(settings: Settings, page: Path) -> list[str]:
    """The line of the README, as it stands there but for its names in capitals; and with a trace context."""
    (line,) = re.findall(r"^ +(kcat -P .*)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    names = {
        "BROKER": settings.brokers,
        "URL": "https://pages.example/kcat",
        "news.dumps": settings.topic(TopicName.DUMPS),
        "page.txt": str(page),
    }
    for name, value in names.items():
        line = line.replace(name, value)
    return [*line.split()[:-1], "-H", f"traceparent={TRACEPARENT}", line.split()[-1]]


def shown_by(command: list[str], count: int) -> list[str]:
    """The titles of the first so many events that a program shows, which goes on for ever: lines of id and title."""
    titles: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            while len(titles) < count and (line := process.stdout.readline()):
                titles += re.findall(r"[0-9a-f]{32} (.*)", line)
        finally:
            process.send_signal(signal.SIGINT)  # so that it leaves its group, for the next run of this test
    return titles


@pytest.mark.timeout(LIMIT_S)
@pytest.mark.parametrize("consumer", ["consume_aiokafka.py", "consume_confluent.py", "faust_app.py"])
def test_a_consumer_of_the_examples_shows_each_event_of_its_class_once(worker: Worker, titles: set[str], consumer: str) -> None:
    shown = shown_by(example(worker.settings, consumer, "topic.mining"), len(titles))
    assert sorted(shown) == sorted(titles)


@needs_kcat
def test_kcat_sends_a_dump_as_the_readme_says_and_reads_its_event(worker: Worker, titles: set[str]) -> None:
    topic = worker.settings.topic("region.venezuela")
    read = ["kcat", "-C", "-b", worker.settings.brokers, "-t", topic, "-X", "isolation.level=read_committed", "-e", "-q", "-f", "%h\n%s\n"]
    headers, value = subprocess.run(read, capture_output=True, text=True, check=True, timeout=LIMIT_S).stdout.splitlines()
    assert f'"title":"{title("kcat")}"' in value
    assert '"url":"https://pages.example/kcat"' in value
    assert f"traceparent={TRACEPARENT}" in headers.split(",")


@needs_kcat
@pytest.mark.usefixtures("titles")
def test_each_stage_has_a_span_that_is_linked_to_the_trace_of_the_dump(worker: Worker) -> None:
    trace_id = TRACEPARENT.split("-")[1]
    for stage in ("split", "deduplicate", "classify"):
        worker.until_logged(rf'(?s)"name": "{stage} (?:(?!"name").)*"links": (?:(?!"name").)*{trace_id}')


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_has_less_than_forty_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 40
