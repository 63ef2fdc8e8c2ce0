from apps.mapping.admin.configuration_page import ConfigurationWithPackageAdmin

__all__ = ["ConfigurationWithPackageAdmin"]
