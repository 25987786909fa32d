"""Answers to what is asked of a code location's process, beyond the ticks of schedules and sensors."""

from __future__ import annotations

from headwater.hosting.code_location import CodeLocation
from headwater.instance.instance import DagsterInstance
from headwater.instance.launch_answer import answer_launch
from headwater.instance.value_preview import answer_value
from headwater.instance.version_answer import answer_versions
from headwater.model.code_question import Answer, CodeQuestion, LaunchQuestion, ValueQuestion


def answer_question(location: CodeLocation, instance: DagsterInstance, question: CodeQuestion) -> Answer:
    """The answer to ``question``; an error of the user's code is part of it."""
    if isinstance(question, LaunchQuestion):
        return answer_launch(location.repository, instance, question)
    if isinstance(question, ValueQuestion):
        return answer_value(location.repository, instance, question)
    return answer_versions(location.repository, instance, question)
