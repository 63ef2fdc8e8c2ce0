from apps.mapping.models.imported_package import ImportedPackage
from apps.mapping.models.object_mapping import Direction, FieldMapping, MappedKind, ObjectMapping
from apps.mapping.models.package_version import PackageVersion
from apps.mapping.models.smart_event import SmartEvent

__all__ = [
    "Direction",
    "FieldMapping",
    "ImportedPackage",
    "MappedKind",
    "ObjectMapping",
    "PackageVersion",
    "SmartEvent",
]
