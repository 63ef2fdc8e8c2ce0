"""What the sandbox keeps: its ledger, sessions, control IDs, faults, packages, and what it received and sent."""

from django.db import models


class StoredRecord(models.Model):
    """One record of the simulated company. Lines of a document are records of their own, with `parent`."""

    object_name = models.CharField(max_length=40)
    record_no = models.PositiveIntegerField()
    natural_id = models.CharField(max_length=120, blank=True)
    marker = models.CharField(max_length=60, blank=True)
    parent = models.PositiveIntegerField(null=True, blank=True)
    entity = models.CharField(max_length=40, blank=True)
    is_seed = models.BooleanField(default=False)
    fields = models.JSONField(default=dict)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["object_name", "record_no"]
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["object_name", "record_no"], name="sandbox_record_no_once")]
        indexes = [
            models.Index(fields=["natural_id", "object_name"], name="sandbox_by_natural_id"),
            models.Index(fields=["marker", "object_name"], name="sandbox_by_marker"),
            models.Index(fields=["parent"], name="sandbox_by_parent", condition=models.Q(parent__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.object_name} {self.record_no} {self.natural_id}"


class GatewaySession(models.Model):
    """An API session: belongs to one entity ("" is the top level) and ends when unused."""

    key = models.CharField(max_length=64, unique=True)
    entity = models.CharField(max_length=40, blank=True)
    ends_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"session for {self.entity or 'top level'}"


class CompletedFunction(models.Model):
    """A function's control ID that was executed and completed (protocol 2.7)."""

    control_id = models.CharField(max_length=256, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.control_id


class ArmedFault(models.Model):
    """A fault that the next matching requests meet."""

    kind = models.CharField(max_length=40)
    match = models.JSONField(default=dict, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    times = models.IntegerField(default=1)
    after = models.IntegerField(default=0)
    hits = models.IntegerField(default=0)

    class Meta:
        ordering = ["id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.kind} {self.match}"


class SandboxState(models.Model):
    """One row: settings that differ from the default, statistics, and the numbers of deleted records."""

    settings = models.JSONField(default=dict)
    requests = models.BigIntegerField(default=0)
    functions = models.BigIntegerField(default=0)
    functions_by_name = models.JSONField(default=dict)
    largest_concurrency = models.IntegerField(default=0)
    connections = models.BigIntegerField(default=0)
    metered = models.BigIntegerField(default=0)
    last_numbers = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "sandbox state"


class ReceivedFunction(models.Model):
    """One function as it arrived and as it was answered, without secrets."""

    received_at = models.DateTimeField(auto_now_add=True)
    control_id = models.CharField(max_length=256, db_index=True)
    request_control_id = models.CharField(max_length=256)
    function = models.CharField(max_length=60)
    object_name = models.CharField(max_length=40, blank=True)
    entity = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=12)
    record_no = models.CharField(max_length=40, blank=True)
    fault = models.CharField(max_length=40, blank=True)
    request_xml = models.TextField()
    answer_xml = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.function} {self.object_name} {self.control_id}"


class OpenList(models.Model):
    """What `readMore` goes on with: a list of `readByQuery` that is not read to its end."""

    result_id = models.CharField(max_length=64, unique=True)
    session = models.CharField(max_length=64)
    more = models.JSONField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.result_id


class CustomPackage(models.Model):
    """An imported custom package (protocol 7.2). `custom_fields`: object → names of its active custom fields."""

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    author = models.TextField(blank=True)
    intacct_id = models.TextField("Intacct package ID", blank=True)
    is_signed = models.BooleanField("signed", default=False)
    custom_fields = models.JSONField(default=dict)
    document = models.TextField()
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        default_permissions = ("view",)
        verbose_name = "customisation package"

    def __str__(self) -> str:
        return self.name


class SmartEvent(models.Model):
    """A smart link that posts to an address when a record is added, set or deleted. `arguments`: [name, value]."""

    package = models.ForeignKey(CustomPackage, on_delete=models.CASCADE, related_name="smart_events")
    smart_link_id = models.CharField(max_length=200, unique=True)
    owner_object = models.CharField(max_length=200)
    events = models.JSONField(default=list)
    target = models.TextField()
    method = models.CharField(max_length=4)
    arguments = models.JSONField(default=list)
    condition = models.TextField(blank=True)
    request_timeout = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["smart_link_id"]
        default_permissions = ()
        indexes = [models.Index(fields=["owner_object"], name="sandbox_by_owner_object")]

    def __str__(self) -> str:
        return self.smart_link_id


class SmartEventLog(models.Model):
    """One Smart Event that was due and what came of it. The values of secret arguments are not kept."""

    smart_link_id = models.CharField("Smart Event", max_length=200)
    topic = models.CharField(max_length=210)
    owner_object = models.CharField("object", max_length=200)
    object_key = models.CharField("key", max_length=200)
    user_id = models.CharField("user", max_length=40)
    method = models.CharField(max_length=4)
    target = models.TextField()
    arguments = models.JSONField(default=list)
    status = models.CharField(max_length=60)
    due_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)
        verbose_name = "Smart Event"

    def __str__(self) -> str:
        return f"{self.smart_link_id} {self.topic} {self.object_key}"
