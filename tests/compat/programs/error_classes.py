"""The public error classes: how they derive from each other and from DagsterError.

oracle: both
"""

import dagster
from observe import show

names = [
    "DagsterConfigMappingFunctionError",
    "DagsterError",
    "DagsterExecutionStepExecutionError",
    "DagsterExecutionStepNotFoundError",
    "DagsterInvalidConfigDefinitionError",
    "DagsterInvalidConfigError",
    "DagsterInvalidDefinitionError",
    "DagsterInvalidInvocationError",
    "DagsterInvalidSubsetError",
    "DagsterInvariantViolationError",
    "DagsterResourceFunctionError",
    "DagsterRunNotFoundError",
    "DagsterStepOutputNotFoundError",
    "DagsterSubprocessError",
    "DagsterTypeCheckDidNotPass",
    "DagsterTypeCheckError",
    "DagsterUnknownPartitionError",
    "DagsterUnknownResourceError",
    "DagsterUnmetExecutorRequirementsError",
    "DagsterUserCodeExecutionError",
    "Failure",
    "RetryRequested",
]
found = {name: getattr(dagster, name) for name in names}
show(
    derives={
        name: sorted(other for other, base in found.items() if issubclass(each, base) and base is not each)
        for name, each in found.items()
    },
    exceptions=[issubclass(each, Exception) for each in found.values()],
)
