from apps.configuration.admin.intacct_configuration import IntacctConfigurationAdmin

__all__ = ["IntacctConfigurationAdmin"]
