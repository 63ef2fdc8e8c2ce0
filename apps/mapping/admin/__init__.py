from apps.mapping.admin.configuration_page import ConfigurationWithPackageAdmin
from apps.mapping.admin.object_mapping import ObjectMappingAdmin

__all__ = ["ConfigurationWithPackageAdmin", "ObjectMappingAdmin"]
