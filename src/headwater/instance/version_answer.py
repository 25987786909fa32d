"""The versions of a stored value for somebody who has not loaded the code: listed, compared, published again."""

from __future__ import annotations

from headwater.definitions.repository import RepositoryDefinition
from headwater.instance.instance import DagsterInstance
from headwater.instance.stored_versions import StoredVersions
from headwater.io.value_diff import ValueDiff
from headwater.model.code_question import KeptVersion, VersionDiff, VersionsAnswer, VersionsQuestion
from headwater.model.error_info import build_error_info

_MOST_LETTERS = 500


def answer_versions(
    repository: RepositoryDefinition, instance: DagsterInstance, question: VersionsQuestion
) -> VersionsAnswer:
    """What was asked for; what goes wrong is told as ``error``."""
    versions = StoredVersions(repository, question.key, instance, question.partition)
    try:
        published = versions.rollback(question.publish).version_id if question.publish is not None else None
        diff = None
        if question.before is not None and question.after is not None:
            diff = _describe(versions.diff(question.before, question.after, sample=question.sample))
        kept = versions.kept()
    except Exception as error:  # noqa: BLE001 - told to who asked
        return VersionsAnswer(error=build_error_info(error))
    return VersionsAnswer(
        versions=[
            KeptVersion(
                version_id=each.version_id,
                stored_at=each.stored_at.timestamp(),
                is_current=each.is_current,
                run_id=each.run_id,
                size_bytes=each.size_bytes,
            )
            for each in reversed(kept)
        ],
        diff=diff,
        published=published,
    )


def _describe(diff: ValueDiff) -> VersionDiff:
    return VersionDiff(
        unit=diff.unit,
        before=diff.before,
        after=diff.after,
        removed=diff.removed,
        added=diff.added,
        removed_sample=[str(each)[:_MOST_LETTERS] for each in diff.removed_sample],
        added_sample=[str(each)[:_MOST_LETTERS] for each in diff.added_sample],
        missing_columns=dict(diff.missing_columns),
        new_columns=dict(diff.new_columns),
        changed_columns=dict(diff.changed_columns),
    )
