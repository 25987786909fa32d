"""Type checks of values while a step runs."""

from __future__ import annotations

from typing import NamedTuple

from headwater.definitions.dagster_type import DagsterType, TypeCheck, TypeCheckContext
from headwater.execution.step_scope import StepScope
from headwater.model.errors import DagsterTypeCheckDidNotPass, DagsterTypeCheckError
from headwater.model.event import TypeCheckData

_UNCHECKED = TypeCheckData(success=True)


class CheckedValue(NamedTuple):
    """The result of a check, as it is recorded."""

    check: TypeCheck | None
    data: TypeCheckData

    def raise_if_failed(self, what: str, kind: DagsterType) -> None:
        """Raise :class:`DagsterTypeCheckDidNotPass`, naming ``what``, if the check did not pass."""
        if self.check is not None and not self.check.success:
            reason = f" {self.check.description}" if self.check.description else ""
            raise DagsterTypeCheckDidNotPass(
                f'{what} is not of the type "{kind.display_name}".{reason}',
                metadata=self.check.metadata,
                dagster_type=kind,
            )


def check_value(scope: StepScope, kind: DagsterType, value: object) -> CheckedValue:
    """Check ``value`` against ``kind``. What the check function raises becomes :class:`DagsterTypeCheckError`."""
    if kind.kind == "any":
        return CheckedValue(None, _UNCHECKED)
    try:
        context = None if kind.is_builtin else TypeCheckContext(scope.context)
        check = kind.type_check(context, value)
    except Exception as error:
        raise DagsterTypeCheckError(
            f'The check of the type "{kind.display_name}" raised in "{scope.key}": {error}',
            user_exception=error,
        ) from error
    return CheckedValue(
        check,
        TypeCheckData(
            success=check.success,
            label=kind.display_name,
            description=check.description,
            metadata=check.metadata,
        ),
    )
