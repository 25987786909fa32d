"""Ops: functions with declared inputs, outputs, config and resources."""

from __future__ import annotations

import functools
import inspect
import json
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, cast, overload

from headwater.definitions.composition import Pending, PendingNodeInvocation, current_composition
from headwater.definitions.dagster_type import NOTHING, Nothing
from headwater.definitions.input import In, InputDefinition
from headwater.definitions.invocation import invoke_directly
from headwater.definitions.output import NO_VALUE, DynamicOut, DynamicOutput, Out, Output, OutputDefinition
from headwater.definitions.signature import (
    EMPTY,
    Param,
    Signature,
    UnresolvedAnnotation,
    is_config_annotation,
    is_context_param,
    is_resource_annotation,
    read_signature,
)
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.manifest import InputSpec, OpSpec, OutputSpec, SourceLocation
from headwater.model.nothing import NO_ENTRIES, NO_MEMBERS
from headwater.model.retry import RetryPolicy

_NAME = re.compile(r"^[A-Za-z0-9_]+$")
_RESERVED = frozenset(
    {"context", "conf", "config", "meta", "arg_dict", "dict", "input_arg_dict", "output_arg_dict", "int", "str",
     "float", "bool", "input", "output", "type"}
)  # fmt: skip


def check_name(name: str, what: str) -> str:
    """``name`` itself, if it can name a definition: letters, digits, underscores, and none of a few reserved words."""
    if not isinstance(name, str) or not _NAME.match(name):
        raise DagsterInvalidDefinitionError(
            f'"{name}" cannot name {what}: use letters, digits and underscores only (regex ^[A-Za-z0-9_]+$).'
        )
    if name in _RESERVED:
        raise DagsterInvalidDefinitionError(f'"{name}" cannot name {what}: the word is reserved.')
    return name


def tag_texts(tags: Mapping[str, Any] | None, what: str) -> dict[str, str]:
    """Tags as text: strings as they are, other values as JSON. Raises for what JSON cannot hold."""
    texts: dict[str, str] = {}
    for key, value in (tags or {}).items():
        try:
            texts[key] = value if isinstance(value, str) else json.dumps(value)
        except (TypeError, ValueError):
            raise DagsterInvalidDefinitionError(
                f'{what}: the tag "{key}" has the value {value!r}. A tag is a string, or something that JSON can hold.'
            ) from None
    return texts


class Computable:
    """A user's function and what its parameters mean: context, config, resources, and the rest, which are inputs."""

    __slots__ = (
        "function",
        "takes_context",
        "config_annotation",
        "resource_params",
        "input_params",
        "signature",
    )

    def __init__(self, function: Callable[..., Any]) -> None:
        signature = read_signature(function)
        params = signature.params
        self.function = function
        self.signature: Signature = signature
        if signature.takes_args:
            raise DagsterInvalidDefinitionError(
                f'"{getattr(function, "__name__", function)}" takes *args, which cannot be inputs: name each parameter.'
            )
        self.takes_context = bool(params) and is_context_param(params[0])
        self.config_annotation: Any = None
        self.resource_params: tuple[str, ...] = ()
        inputs: list[Param] = []
        for param in params[1:] if self.takes_context else params:
            if param.name == "config" and (
                is_config_annotation(param.annotation) or param.annotation is not EMPTY
            ):
                self.config_annotation = param.annotation
            elif is_resource_annotation(param.annotation):
                self.resource_params += (param.name,)
            else:
                inputs.append(param)
        self.input_params: tuple[Param, ...] = params if len(inputs) == len(params) else tuple(inputs)

    def call(self, context: Any, config: Any, resources: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
        """Call the function with everything that it takes; ``resources`` are those of its parameters."""
        arguments = {**inputs, **resources}
        if self.config_annotation is not None:
            arguments["config"] = config
        if self.takes_context:
            return self.function(context, **arguments)
        return self.function(**arguments)

    @property
    def source(self) -> SourceLocation | None:
        """Where the function is written, if it is Python."""
        code = getattr(inspect.unwrap(self.function), "__code__", None)
        return SourceLocation(code.co_filename, code.co_firstlineno) if code is not None else None


class OpDefinition(Pending):
    """A function with its inputs, outputs, config and resources. Made by :func:`op`.

    Called inside a graph it becomes a node of the graph; called elsewhere it runs the function, which is how ops are
    tested.
    """

    def __init__(
        self,
        compute_fn: Callable[..., Any] | Computable,
        name: str,
        ins: Mapping[str, In] | None = None,
        outs: Mapping[str, Out] | None = None,
        description: str | None = None,
        config_schema: Any = None,
        required_resource_keys: Iterable[str] | None = None,
        tags: Mapping[str, Any] | None = None,
        version: str | None = None,
        retry_policy: RetryPolicy | None = None,
        code_version: str | None = None,
        pool: str | None = None,
        input_defs: Any = None,
        output_defs: Any = None,
    ) -> None:
        self.name = check_name(name, "an op")
        self.computable = compute_fn if isinstance(compute_fn, Computable) else _of_low_level(compute_fn)
        self.ins: dict[str, In] = dict(ins or {})
        self.outs: dict[str, Out] = dict(outs) if outs is not None else {"result": Out()}
        for label in (*self.ins, *self.outs):
            if not _NAME.match(label):
                raise DagsterInvalidDefinitionError(f'Op "{name}": "{label}" cannot name an input or output.')
        self.description = description
        self._config_schema = config_schema
        needed = (
            *(required_resource_keys or ()),
            *self.computable.resource_params,
            *_type_resources([*self.ins.values(), *self.outs.values()]),
        )
        self.required_resource_keys: AbstractSet[str] = frozenset(needed) if needed else NO_MEMBERS
        self.tags: Mapping[str, str] = tag_texts(tags, f'Op "{name}"') if tags else NO_ENTRIES
        self.retry_policy = retry_policy
        self.code_version = code_version or version
        self.version = self.code_version
        self.pool = pool
        functools.update_wrapper(
            self, self.computable.function, assigned=("__doc__", "__module__"), updated=()
        )

    # -- what it declares ---------------------------------------------------------------------------------------

    @property
    def node_type_str(self) -> str:
        """``op``: what kind of node this is."""
        return "op"

    @property
    def config_schema(self) -> Any:
        """The schema of the op's config: given, or read from the ``config`` parameter."""
        return self._config_schema if self._config_schema is not None else self.computable.config_annotation

    @property
    def compute_fn(self) -> Callable[..., Any]:
        """The function."""
        return self.computable.function

    @property
    def source(self) -> SourceLocation | None:
        """Where the function is written."""
        return self.computable.source

    @property
    def input_dict(self) -> Mapping[str, In]:
        """The inputs by name."""
        return self.ins

    @property
    def output_dict(self) -> Mapping[str, Out]:
        """The outputs by name."""
        return self.outs

    @property
    def input_defs(self) -> list[InputDefinition]:
        """The inputs with their names."""
        return [InputDefinition(name, each) for name, each in self.ins.items()]

    @property
    def output_defs(self) -> list[OutputDefinition]:
        """The outputs with their names."""
        return [OutputDefinition(name, each) for name, each in self.outs.items()]

    def spec(self) -> OpSpec:
        """What leaves the process: everything but the function."""
        return OpSpec(
            name=self.name,
            inputs=[_input_spec(name, each) for name, each in self.ins.items()],
            outputs=[_output_spec(name, each) for name, each in self.outs.items()],
            resource_keys=sorted(self.required_resource_keys) if self.required_resource_keys else [],
            tags=cast("dict[str, str]", self.tags),
            retry_policy=self.retry_policy,
            pool=self.pool,
            description=self.description,
        )

    def iterate_node_defs(self) -> Iterable[Any]:
        """Itself: an op has no nodes inside."""
        yield self

    # -- variations ---------------------------------------------------------------------------------------------

    def copy(self, **changes: Any) -> OpDefinition:
        """The same op with some arguments changed."""
        arguments: dict[str, Any] = {
            "compute_fn": self.computable,
            "name": self.name,
            "ins": self.ins,
            "outs": self.outs,
            "description": self.description,
            "config_schema": self._config_schema,
            "required_resource_keys": self.required_resource_keys,
            "tags": self.tags,
            "retry_policy": self.retry_policy,
            "code_version": self.code_version,
            "pool": self.pool,
        }
        return OpDefinition(**{**arguments, **changes})

    def with_retry_policy(self, retry_policy: RetryPolicy) -> PendingNodeInvocation:
        """A node of this op with another retry policy."""
        return PendingNodeInvocation(self, retry_policy=retry_policy)

    def configured(
        self,
        config_or_config_fn: Any,
        name: str | None = None,
        config_schema: Any = None,
        description: str | None = None,
    ) -> OpDefinition:
        """The same op with its config fixed, or computed from a smaller one."""
        from headwater.definitions.configured import configure

        return configure(
            self, config_or_config_fn, name=name, config_schema=config_schema, description=description
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if current_composition() is not None:
            return PendingNodeInvocation(self)(*args, **kwargs)
        return invoke_directly(self, args, kwargs)

    def __repr__(self) -> str:
        return f"OpDefinition({self.name!r})"


def _of_low_level(function: Callable[..., Any]) -> Computable:
    """A function of (context, inputs), as ``OpDefinition(compute_fn=…)`` takes it in code that builds ops by hand."""
    computable = Computable(function)
    names = [param.name for param in computable.signature.params]
    if len(names) == 2 and names[1] in ("inputs", "_inputs", "_", "__", "input_dict", "input_defs"):

        @functools.wraps(function)
        def adapted(context: Any, **inputs: Any) -> Any:
            return function(context, inputs)

        adapted.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
        )
        return Computable(adapted)
    return computable


def _input_spec(name: str, declared: In) -> InputSpec:
    kind = declared.dagster_type
    return _shared_input_spec(
        name=name,
        type_name=kind.display_name,
        nothing=kind.kind == "nothing",
        has_default=declared.default is not NO_VALUE,
        manager_key=declared.input_manager_key,
        description=declared.description,
    )


def _output_spec(name: str, declared: Out) -> OutputSpec:
    kind = declared.dagster_type
    return _shared_output_spec(
        name=name,
        type_name=kind.display_name,
        nothing=kind.kind == "nothing",
        required=declared.is_required,
        dynamic=declared.is_dynamic,
        io_manager_key=declared.io_manager_key,
        description=declared.description,
    )


def _type_resources(slots: Iterable[In | Out]) -> frozenset[str]:
    """The resources that the types of inputs and outputs need, for their checks and their loaders."""
    needed: set[str] = set()
    for slot in slots:
        kind = slot.dagster_type
        needed |= kind.required_resource_keys
        if isinstance(slot, In) and kind.loader is not None:
            needed |= kind.loader.required_resource_keys()
    return frozenset(needed)


# Most inputs and outputs are alike (`result`, of any type, stored by `io_manager`): one value stands for all of them.
_shared_input_spec = functools.lru_cache(maxsize=1024)(InputSpec)
_shared_output_spec = functools.lru_cache(maxsize=1024)(OutputSpec)


def infer_inputs(computable: Computable, declared: Mapping[str, In] | None, what: str) -> dict[str, In]:
    """The inputs of a function: its parameters, with what ``declared`` says of them.

    Raises :class:`DagsterInvalidDefinitionError` where a declared input has no parameter to go to.
    """
    given = dict(declared or {})
    inputs: dict[str, In] = {}
    for param in computable.input_params:
        inputs[param.name] = given.pop(param.name, _PLAIN_IN).with_param(
            _known(param.annotation), param.default
        )
    for name, each in given.items():
        if each.dagster_type.kind != "nothing" and not computable.signature.takes_kwargs:
            raise DagsterInvalidDefinitionError(
                f'{what} declares the input "{name}", but its function has no parameter of that name. '
                "Add the parameter, or declare In(Nothing) if no value is needed."
            )
        if each.dagster_type.kind == "nothing" and name in inputs:
            raise DagsterInvalidDefinitionError(
                f'{what}: the input "{name}" is Nothing and cannot be a parameter.'
            )
        inputs[name] = each
    return inputs


_PLAIN_IN = In()


def _known(annotation: Any) -> Any:
    return EMPTY if isinstance(annotation, UnresolvedAnnotation) else annotation


_GENERATORS = (
    "Generator",
    "Iterator",
    "Iterable",
    "AsyncGenerator",
    "AsyncIterator",
    "AsyncIterable",
    "Coroutine",
)


def output_annotation(annotation: Any) -> Any:
    """The type of the value which a return annotation promises: ``Output[int]`` promises an int."""
    if annotation is EMPTY or isinstance(annotation, UnresolvedAnnotation):
        return NO_VALUE
    origin = typing.get_origin(annotation)
    if origin in (Output, DynamicOutput):
        return typing.get_args(annotation)[0]
    if annotation in (Output, DynamicOutput):
        return NO_VALUE
    if is_stream_of_values(annotation):
        return annotation
    if origin is not None and getattr(origin, "__name__", "") in _GENERATORS:
        return NO_VALUE
    if origin is list and typing.get_args(annotation) and _is_dynamic(typing.get_args(annotation)[0]):
        return NO_VALUE
    names = {getattr(annotation, "__name__", ""), getattr(origin, "__name__", "")}
    if names & {"MaterializeResult", "ObserveResult", "AssetCheckResult", *_GENERATORS}:
        return NO_VALUE
    if annotation is None:
        return type(None)
    return annotation


def is_stream_of_values(annotation: Any) -> bool:
    """Whether ``Iterator[T]`` promises one value, bit by bit (frames, bytes), and not outputs and events one by one.

    ``Iterator[tuple[str, T]]`` promises the values of several partitions.
    """
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if getattr(origin, "__name__", "") not in ("Iterator", "Generator"):
        return False
    if typing.get_origin(arguments[0]) is tuple and typing.get_args(arguments[0])[:1] == (str,):
        return True
    if not isinstance(arguments[0], type):
        return False
    return arguments[0] is not object and arguments[0].__module__.partition(".")[0] not in _SPEAKERS


_SPEAKERS = {"headwater", "dagster"}


def _is_dynamic(annotation: Any) -> bool:
    return annotation is DynamicOutput or typing.get_origin(annotation) is DynamicOutput


def infer_outputs(computable: Computable, out: Out | Mapping[str, Out] | None, what: str) -> dict[str, Out]:
    """The outputs of a function: as declared, with types from the return annotation."""
    annotation = computable.signature.returns
    if out is None:
        value = output_annotation(annotation)
        if value is type(None) or value is Nothing:
            return {"result": Out(Nothing)}
        return {"result": Out(value)}
    if isinstance(out, Out):
        return {"result": out.with_annotation(output_annotation(annotation))}
    outs = dict(out)
    if len(outs) == 1:
        return {name: each.with_annotation(output_annotation(annotation)) for name, each in outs.items()}
    if typing.get_origin(annotation) is tuple:
        parts = typing.get_args(annotation)
        if Ellipsis not in parts:
            if len(parts) != len(outs):
                raise DagsterInvalidDefinitionError(
                    f"{what} has {len(outs)} outputs, but its annotation promises a tuple of {len(parts)}."
                )
            return {
                name: each.with_annotation(output_annotation(part))
                for (name, each), part in zip(outs.items(), parts, strict=True)
            }
    return outs


F = typing.TypeVar("F", bound=Callable[..., Any])


@overload
def op(compute_fn: Callable[..., Any]) -> OpDefinition: ...


@overload
def op(
    *,
    name: str | None = ...,
    description: str | None = ...,
    ins: Mapping[str, In] | None = ...,
    out: Out | Mapping[str, Out] | None = ...,
    config_schema: Any = ...,
    required_resource_keys: AbstractSet[str] | None = ...,
    tags: Mapping[str, Any] | None = ...,
    version: str | None = ...,
    retry_policy: RetryPolicy | None = ...,
    code_version: str | None = ...,
    pool: str | None = ...,
) -> Callable[[Callable[..., Any]], OpDefinition]: ...


def op(
    compute_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, In] | None = None,
    out: Out | Mapping[str, Out] | None = None,
    config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, Any] | None = None,
    version: str | None = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    pool: str | None = None,
) -> Any:
    """Make an op of a function. Parameters are inputs, except the context, ``config`` and resources.

    >>> @op
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> double(4)
    8
    """

    def decorate(function: Callable[..., Any]) -> OpDefinition:
        computable = Computable(function)
        label = name or function.__name__
        what = f'Op "{label}"'
        return OpDefinition(
            computable,
            name=label,
            ins=infer_inputs(computable, ins, what),
            outs=infer_outputs(computable, out, what),
            description=description or inspect.getdoc(function),
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            tags=tags,
            retry_policy=retry_policy,
            code_version=code_version or version,
            pool=pool,
        )

    return decorate(compute_fn) if compute_fn is not None else decorate


__all__ = ["NOTHING", "Computable", "DynamicOut", "OpDefinition", "op"]
