from apps.mapping.models.imported_package import ImportedPackage
from apps.mapping.models.package_version import PackageVersion
from apps.mapping.models.smart_event import SmartEvent

__all__ = ["ImportedPackage", "PackageVersion", "SmartEvent"]
