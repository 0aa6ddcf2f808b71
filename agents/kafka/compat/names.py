"""The private names of aiokafka, Faust and mode that newsmill depends on, and what each is needed for."""

from dataclasses import dataclass

# The versions that newsmill is tested with, as in pyproject.toml.
REQUIREMENTS = {
    "aiokafka": "aiokafka[zstd]>=0.14,<0.15",
    "faust": "faust-streaming>=0.15.3,<0.16",
    "mode": "mode-streaming>=0.7.1,<0.8",
}


@dataclass(frozen=True, slots=True)
class PrivateName:
    """A private name of a library, or a public one of a class that the library does not document.

    Attributes:
        owner: the class, as "module:class".
        name: a method, property or instance attribute of it.
        purpose: what newsmill needs it for; completes "needed to …".
        readers: methods of `owner` that must read the name. Given where newsmill sets or overrides it: after a rename nothing would fail,
            and the library would ignore what newsmill set.
    """

    owner: str
    name: str
    purpose: str
    readers: tuple[str, ...] = ()


_CONSUMER = "aiokafka.consumer.consumer:AIOKafkaConsumer"
_COORDINATOR = "aiokafka.consumer.group_coordinator:GroupCoordinator"
_FETCHER = "aiokafka.consumer.fetcher"
_SUBSCRIPTIONS = "aiokafka.consumer.subscription_state"
_SENDER = "aiokafka.producer.sender"
_CLIENT = "aiokafka.client:AIOKafkaClient"
_ACCUMULATOR = "aiokafka.producer.message_accumulator"
_TRANSACTION = "aiokafka.producer.transaction_manager:TransactionManager"
_FAUST = "faust.transport.drivers.aiokafka"

_LOOK_UP = "ask Kafka once about all topics or partitions"
_NO_WAIT = "start and end a worker without a wait of a second each"
_FENCE = "fence offset commits of members whose generation is over"
_LIMIT = "limit the memory of fetched records"
_DECODE = "read records that aiokafka cannot, in bounded memory"
_POSITION = "measure the consumer lag"
_RESETS = "report positions outside the log"
_ABORT = "abort hanging transactions"
_REJOIN = "keep a worker in its group after errors"
_WAIT = "limit waits for brokers that do not answer"
_RETRIEVE = "retrieve the errors of a lost transaction"

PRIVATE_NAMES = (
    PrivateName(_CONSUMER, "_isolation_level", "hide records of aborted transactions from a worker", readers=("start",)),
    PrivateName(_CONSUMER, "_fetch_max_bytes", _LIMIT, readers=("start",)),
    PrivateName(_CONSUMER, "_fetcher", _LIMIT),
    PrivateName(_CONSUMER, "_coordinator", _FENCE),
    PrivateName(_CONSUMER, "_subscription", _POSITION),
    PrivateName(_CONSUMER, "_client", _WAIT),
    PrivateName("aiokafka.admin.client:AIOKafkaAdminClient", "_client", _WAIT),
    PrivateName("aiokafka.producer.producer:AIOKafkaProducer", "client", _WAIT),
    PrivateName(_CLIENT, "_request_timeout_ms", _WAIT, readers=("bootstrap",)),
    PrivateName(_CLIENT, "_get_conn", _WAIT, readers=("_metadata_update", "ready")),
    PrivateName(_CLIENT, "get_random_node", _WAIT, readers=("coordinator_lookup",)),
    PrivateName(_CLIENT, "_topics", _LOOK_UP),
    PrivateName(_CLIENT, "set_topics", _LOOK_UP),
    PrivateName(_CLIENT, "send", _WAIT, readers=("coordinator_lookup",)),
    PrivateName("aiokafka.conn:AIOKafkaConnection", "_request_timeout", _WAIT, readers=("send",)),
    PrivateName(_COORDINATOR, "member_id", _FENCE),
    PrivateName(_COORDINATOR, "fetch_committed_offsets", _LOOK_UP),
    PrivateName(_COORDINATOR, "_push_error_to_user", _REJOIN, readers=("_GroupCoordinator__coordination_routine",)),
    PrivateName(_COORDINATOR, "request_rejoin", _REJOIN),
    PrivateName(_COORDINATOR, "_closing", _REJOIN),
    PrivateName(_COORDINATOR, "_coordination_task", _REJOIN),
    PrivateName(_CLIENT, "_sync_task", _REJOIN),
    PrivateName(f"{_FETCHER}:Fetcher", "_fetch_task", _REJOIN),
    PrivateName(f"{_FETCHER}:Fetcher", "_get_actions_per_node", _LIMIT, readers=("_fetch_requests_routine",)),
    PrivateName(f"{_FETCHER}:Fetcher", "_records", _LIMIT, readers=("fetched_records", "_get_actions_per_node")),
    PrivateName(f"{_FETCHER}:FetchResult", "_partition_records", _DECODE, readers=("check_assignment", "_update_position", "has_more")),
    PrivateName(f"{_FETCHER}:Fetcher", "fetched_records", _DECODE),
    PrivateName(f"{_FETCHER}:Fetcher", "_isolation_level", _DECODE),
    PrivateName(f"{_FETCHER}:Fetcher", "_fetch_waiters", _DECODE),
    PrivateName(f"{_FETCHER}:Fetcher", "_notify", _DECODE),
    PrivateName(f"{_FETCHER}:FetchResult", "getall", _DECODE),
    PrivateName(f"{_FETCHER}:FetchResult", "check_assignment", _DECODE),
    PrivateName(f"{_FETCHER}:FetchResult", "_update_position", _DECODE),
    PrivateName(f"{_FETCHER}:PartitionRecords", "_records", _DECODE),
    PrivateName(f"{_FETCHER}:PartitionRecords", "_aborted_transactions", _DECODE),
    PrivateName(f"{_FETCHER}:PartitionRecords", "next_fetch_offset", _DECODE),
    PrivateName("aiokafka.record.memory_records:_MemoryRecordsPy", "_buffer", _DECODE),
    PrivateName(f"{_SUBSCRIPTIONS}:SubscriptionState", "subscription", _POSITION),
    PrivateName(f"{_SUBSCRIPTIONS}:Subscription", "assignment", _POSITION),
    PrivateName(f"{_SUBSCRIPTIONS}:Assignment", "tps", _LIMIT),
    PrivateName(f"{_SUBSCRIPTIONS}:Assignment", "state_value", _LIMIT),
    PrivateName(f"{_SUBSCRIPTIONS}:TopicPartitionState", "has_valid_position", _LIMIT),
    PrivateName(f"{_SUBSCRIPTIONS}:TopicPartitionState", "_position", _POSITION),
    PrivateName(f"{_SUBSCRIPTIONS}:TopicPartitionState", "highwater", _POSITION),
    PrivateName(f"{_SUBSCRIPTIONS}:TopicPartitionState", "awaiting_reset", _RESETS),
    PrivateName("aiokafka.producer.producer:AIOKafkaProducer", "_sender", _FENCE),
    PrivateName("aiokafka.producer.producer:AIOKafkaProducer", "_txn_manager", _ABORT),
    PrivateName(f"{_SENDER}:Sender", "_txn_manager", _FENCE),
    PrivateName(f"{_SENDER}:Sender", "_find_coordinator", _FENCE),
    PrivateName(f"{_SENDER}:Sender", "_do_txn_offset_commit", _FENCE, readers=("_maybe_do_transactional_request",)),
    PrivateName(f"{_SENDER}:TxnOffsetCommitHandler", "create_request", _FENCE, readers=("do",)),
    PrivateName(f"{_SENDER}:TxnOffsetCommitHandler", "handle_response", _FENCE, readers=("do",)),
    PrivateName(f"{_SENDER}:TxnOffsetCommitHandler", "_sender", _FENCE),
    PrivateName(f"{_SENDER}:TxnOffsetCommitHandler", "_offsets", _FENCE),
    PrivateName(f"{_SENDER}:TxnOffsetCommitHandler", "_group_id", _FENCE),
    PrivateName(f"{_SENDER}:AddOffsetsToTxnHandler", "do", _ABORT),
    PrivateName(_TRANSACTION, "maybe_add_partition_to_txn", _ABORT),
    PrivateName(_TRANSACTION, "transactional_id", _FENCE),
    PrivateName(_TRANSACTION, "producer_id", _FENCE),
    PrivateName(_TRANSACTION, "producer_epoch", _FENCE),
    PrivateName(_TRANSACTION, "fatal_error", _RETRIEVE),
    PrivateName(_TRANSACTION, "error_transaction", _RETRIEVE),
    PrivateName(_TRANSACTION, "_transaction_waiter", _RETRIEVE),
    PrivateName("aiokafka.producer.producer:AIOKafkaProducer", "_message_accumulator", _RETRIEVE),
    PrivateName(f"{_ACCUMULATOR}:MessageAccumulator", "fail_all", _RETRIEVE),
    PrivateName(f"{_ACCUMULATOR}:MessageAccumulator", "reenqueue", _RETRIEVE),
    PrivateName(f"{_ACCUMULATOR}:MessageAccumulator", "_pending_batches", _RETRIEVE),
    PrivateName(f"{_ACCUMULATOR}:MessageBatch", "future", _RETRIEVE),
    PrivateName(f"{_ACCUMULATOR}:MessageBatch", "retry_count", _RETRIEVE),
    PrivateName(f"{_ACCUMULATOR}:MessageAccumulator", "_batches", _RETRIEVE),
    PrivateName(f"{_ACCUMULATOR}:MessageBatch", "_drain_waiter", _RETRIEVE),
    PrivateName("aiokafka.admin.client:AIOKafkaAdminClient", "_send_request", "read stable offsets of a consumer group"),
    PrivateName(f"{_FAUST}:Producer", "_producer_type", _WAIT, readers=("_new_producer",)),
    PrivateName(f"{_FAUST}:Consumer", "_thread", _FENCE),
    PrivateName(f"{_FAUST}:Consumer", "_new_consumer_thread", "hide records of aborted transactions", readers=("__init__",)),
    PrivateName(f"{_FAUST}:AIOKafkaConsumerThread", "_consumer", _POSITION),
    PrivateName(f"{_FAUST}:AIOKafkaConsumerThread", "_ensure_consumer", _FENCE),
    PrivateName(
        f"{_FAUST}:AIOKafkaConsumerThread",
        "_create_worker_consumer",
        "hide records of aborted transactions",
        readers=("_create_consumer",),
    ),
    PrivateName("faust.tables.manager:TableManager", "_update_channels", _NO_WAIT),
    PrivateName("mode.worker:Worker", "_sentinel_task", _NO_WAIT, readers=("_shutdown_loop",)),
    PrivateName("mode.worker:Worker", "_schedule_shutdown", "stop within a time limit", readers=("_on_sigint", "_on_sigterm")),
)
