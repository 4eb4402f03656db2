"""A real Apache Kafka for tests: its jars from Maven, once, then the local Java. See apache_kafka/pom.xml."""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import subprocess
import time
import uuid
from contextlib import suppress
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaConnectionError, KafkaTimeoutError

from gateways.embedded.child import Child
from gateways.embedded.layout import lay_out
from gateways.embedded.leftovers import end_leftovers

HOST = "127.0.0.1"
PATIENCE = 60.0
POM = Path(__file__).parent / "apache_kafka" / "pom.xml"
JARS = Path(__file__).parents[2] / ".touchledger" / "kafka-jars"
# A short life on few cores: the quick compiler and the collector without threads start fastest.
JVM = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.cleaner.dedupe.buffer.size=16777216
log.cleaner.backoff.ms=200
log.initial.task.delay.ms=500
"""


class ApacheKafkaProblem(Exception):
    """Apache Kafka cannot be run here; the message says why."""


class ApacheKafka:
    """One Apache Kafka broker that is its own controller (KRaft), on free ports of this machine.

    It keeps its data in the folder while it runs; a start begins with an empty broker. It ends with this process,
    however that ends.
    """

    def __init__(self, child: Child, port: int) -> None:
        self._child = child
        self.port = port

    @classmethod
    def start(cls, folder: Path) -> ApacheKafka:
        """Return when it answers requests. ApacheKafkaProblem, with their words, if Java, Maven or it fail."""
        java = [_java(), *JVM, "-cp", f"{jars()}/*"]
        folder = lay_out(folder)
        end_leftovers(folder, "kafka")
        port, controller = _free_ports()
        properties = _write_properties(folder, port=port, controller=controller)
        _run("Formatting Kafka's storage", *java, "kafka.tools.StorageTool", "format", "--config", properties,
             "--cluster-id", _random_id())  # fmt: skip
        child = Child.start("kafka", [*java, "kafka.Kafka", properties], folder=folder, env={"PATH": os.defpath})
        broker = cls(child, port)
        try:
            broker._wait_until_ready()
        except BaseException:
            broker.stop()
            raise
        return broker

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.port}"

    def stop(self) -> None:
        """Harmless when it was stopped before."""
        self._child.stop()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not _answers(self.bootstrap):
            if self._child.ended():
                raise self._problem(f"Kafka ended while it was starting ({self._child.outcome}).")
            if time.monotonic() > deadline:
                raise self._problem(f"Kafka does not answer on {self.bootstrap} after {PATIENCE:.0f} s.")
            time.sleep(0.1)

    def _problem(self, what: str) -> ApacheKafkaProblem:
        return ApacheKafkaProblem(str(self._child.problem(what)))


def jars() -> Path:
    """The broker's jars. Maven fetches them the first time; afterwards no Maven and no network is used."""
    found = re.search(r"<kafka\.version>(.+)</kafka\.version>", POM.read_text())
    assert found, f"{POM} names no kafka.version"
    folder = JARS / found[1]
    if not folder.exists():
        # Under another name until whole: a run that was stopped half-way leaves nothing that looks complete.
        partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
        try:
            _run("Resolving Kafka's jars with Maven", _program("mvn"), "--batch-mode", "--quiet",
                 "--file", str(POM), "dependency:copy-dependencies",
                 "-DincludeScope=runtime", f"-DoutputDirectory={partial}")  # fmt: skip
            with suppress(OSError):  # another run was quicker
                partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return folder


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else _program("java")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ApacheKafkaProblem(
            f"`{name}` is not on the PATH; Apache Kafka needs Java 17 or newer, and Maven once."
        )
    return found


def _run(what: str, *command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as why:
        raise ApacheKafkaProblem(f"{what} failed: {why}") from why
    if done.returncode != 0:
        last = "\n".join(f"    {line}" for line in (done.stdout + done.stderr).splitlines()[-15:])
        raise ApacheKafkaProblem(f"{what} failed (exit status {done.returncode}):\n{last}")


def _write_properties(folder: Path, *, port: int, controller: int) -> str:
    data = folder / "kafka-data"
    shutil.rmtree(data, ignore_errors=True)
    properties = folder / "server.properties"
    properties.write_text(PROPERTIES.format(host=HOST, port=port, controller=controller, data=data.as_posix()))
    return str(properties)


def _free_ports() -> tuple[int, int]:
    # Both held at once, so that they differ.
    with socket.socket() as one, socket.socket() as other:
        one.bind((HOST, 0))
        other.bind((HOST, 0))
        return one.getsockname()[1], other.getsockname()[1]


def _random_id() -> str:
    """16 bytes in base64, as Kafka wants it; a dash in front would look like an option."""
    return base64.urlsafe_b64encode(b"\x00" + uuid.uuid4().bytes[1:]).decode().rstrip("=")


def _answers(bootstrap: str) -> bool:
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=1000)
    except (KafkaConnectionError, KafkaTimeoutError):
        return False
    admin.close()
    return True
