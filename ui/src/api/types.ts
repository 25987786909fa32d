// Written by `make page-types` from the OpenAPI document of the server; not to be edited.

export interface AddDynamicPartitionsRequest {
  type: "add";
  partitions_def_name: string;
  partition_keys: string[];
}

export interface AgainBody {
  from_failure?: boolean;
  steps?: string[];
}

export interface AllMappingSpec {
  kind: "all";
}

export interface AllOf {
  kind: "and";
  operands: (Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions)[];
  label?: string | null;
}

export interface AnyOf {
  kind: "or";
  operands: (Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions)[];
  label?: string | null;
}

export interface AssetCheckEvaluation {
  type: "check";
  asset_key: string[];
  check_name: string;
  passed: boolean;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
  severity?: AssetCheckSeverity;
  description?: string | null;
  blocking?: boolean;
  partition?: string | null;
}

export type AssetCheckSeverity = "ERROR" | "WARN";

export interface AssetDepSpec {
  key: string[];
  input?: string | null;
  mapping?: AllMappingSpec | LastMappingSpec | SpecificMappingSpec | IdentityMappingSpec | StaticMappingSpec | TimeWindowMappingSpec | MultiToSingleMappingSpec | OpaqueMappingSpec | MultiMappingSpec | null;
}

export interface AssetMatches {
  kind: "asset_matches";
  operand: Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions;
  key: string[];
  label?: string | null;
}

export interface AssetMaterialization {
  type: "materialization";
  asset_key: string[];
  description?: string | null;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
  partition?: string | null;
  tags?: Record<string, string>;
}

export interface AssetNode {
  key: string[];
  computation?: string | null;
  output?: string;
  deps?: AssetDepSpec[];
  kind?: string;
  group_name?: string;
  description?: string | null;
  tags?: Record<string, string>;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
  owners?: string[];
  kinds?: string[];
  code_version?: string | null;
  io_manager_key?: string;
  required?: boolean;
  declared?: boolean;
  is_partitioned?: boolean;
  partitions?: TimeWindowPartitionsSpec | StaticPartitionsSpec | DynamicPartitionsSpec | OpaquePartitionsSpec | MultiPartitionsSpec | null;
  backfill_policy?: BackfillPolicy | null;
  freshness?: TimeWindowFreshnessSpec | CronFreshnessSpec | LagFreshnessSpec | null;
  is_virtual?: boolean;
  source?: SourceLocation | null;
}

export interface AssetObservation {
  type: "observation";
  asset_key: string[];
  description?: string | null;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
  partition?: string | null;
  tags?: Record<string, string>;
}

export interface AssetObservationData {
  type: "observed";
  asset_observation: AssetObservation;
}

export interface AssetPlannedData {
  type: "planned";
  asset_key: string[];
  partition?: string | null;
}

export interface AssetProgress {
  asset: string[];
  layer: number;
  partitions: number;
  waiting?: number;
  queued?: number;
  success?: number;
  failure?: number;
  blocked?: number;
  canceled?: number;
}

export interface AssetState {
  status: AssetStatus;
  reasons?: string[];
  run_id?: string | null;
  materialized_at?: number | null;
}

export type AssetStatus = "external" | "failed" | "fresh" | "never" | "running" | "skipped" | "stale" | "waiting";

export interface AutomationEvaluation {
  sensor: string;
  number: number;
  at: number;
  entity: string;
  requested: number;
  condition: EvaluatedNode;
  partitions?: string[];
  run_ids?: string[];
}

export interface AutomationId {
  location: string;
  name: string;
}

export type AutomationKind = "schedule" | "sensor";

export interface AutomationTarget {
  assets?: string[][];
  checks?: [string[], string][];
  run_tags?: Record<string, string>;
  default_condition?: Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions | null;
}

export interface Backfill {
  backfill_id: string;
  request: BackfillRequest;
  layers: BackfillLayer[];
  created_at: number;
  status?: BackfillStatus;
  ended_at?: number | null;
  number?: number;
}

export interface BackfillBody {
  job?: string | null;
  assets?: string[] | null;
  select?: string | null;
  location?: string | null;
  partitions?: string[] | null;
  range?: [string, string] | null;
  choice?: PartitionChoice;
  tags?: Record<string, string>;
  config?: Record<string, unknown>;
  most_runs?: number | null;
  title?: string | null;
  id?: string | null;
}

export interface BackfillCount {
  layer: number;
  status: PartStatus;
  parts: number;
  partitions: number;
}

export interface BackfillLayer {
  assets?: string[][];
  parts: number;
  partitions: number;
  after?: number[];
}

export interface BackfillPart {
  number: number;
  layer: number;
  start?: string | null;
  end?: string | null;
  count?: number;
  status?: PartStatus;
  run_id?: string | null;
  attempt?: number;
}

export type BackfillPolicy = [number | null];

export interface BackfillRequest {
  location?: string;
  assets?: string[][];
  job_name?: string | null;
  partition_keys?: string[] | null;
  partition_range?: [string, string] | null;
  choice?: PartitionChoice;
  tags?: Record<string, string>;
  run_config?: Record<string, unknown>;
  most_runs?: number | null;
  title?: string | null;
}

export type BackfillStatus = "CANCELED" | "CANCELING" | "FAILURE" | "PAUSED" | "RUNNING" | "SUCCESS";

export type Backoff = "EXPONENTIAL" | "LINEAR";

export interface BoolMetadataValue {
  type: "bool";
  value?: boolean | null;
}

export type BulkAction = "again" | "cancel" | "delete" | "resume";

export interface BulkBody {
  action: BulkAction;
  run_ids: string[];
}

export interface BulkResult {
  run_id: string;
  new_run_id?: string | null;
  error?: ErrorText | null;
}

export interface CheckNode {
  key: [string[], string];
  computation: string;
  output: string;
  blocking?: boolean;
  description?: string | null;
  deps?: AssetDepSpec[];
  source?: SourceLocation | null;
}

export interface CheckStanding {
  check: CheckNode;
  evaluation: EventLogRecord | null;
}

export interface Checks {
  kind: "checks";
  operand: Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions;
  every: boolean;
  allow_selection?: string | null;
  ignore_selection?: string | null;
  blocking_only?: boolean;
  label?: string | null;
}

export interface ChildSpec {
  alias: string;
  node: OpSpec | GraphSpec;
  edges?: EdgeSpec[];
  tags?: Record<string, string>;
  retry_policy?: RetryPolicy | null;
}

export interface CodeReferencesMetadataValue {
  type: "code_references";
  code_references?: (LocalFileCodeReference | UrlCodeReference)[];
}

export interface ComingTicks {
  location: string;
  name: string;
  job: string;
  at: number[];
}

export interface ConditionSensor {
  location: string;
  name: string;
  running: boolean;
}

export interface ConfigFinding {
  path: (string | number)[];
  reason: "choice" | "env_misplaced" | "env_missing" | "env_unreadable" | "missing" | "unknown" | "wrong_type";
  message: string;
  expected?: string;
  found?: string;
  suggestion?: string | null;
  variable?: string | null;
}

export interface CronFreshnessSpec {
  kind: "cron";
  deadline_cron: string;
  lower_bound_seconds: number;
  timezone?: string;
}

export interface CronTickPassed {
  kind: "cron_tick_passed";
  cron_schedule: string;
  cron_timezone?: string;
  label?: string | null;
}

export interface CursorBody {
  cursor: string | null;
}

export interface DagsterAssetMetadataValue {
  type: "asset";
  asset_key: string[];
}

export type DagsterEventType = "ASSET_CHECK_EVALUATION" | "ASSET_CHECK_EVALUATION_PLANNED" | "ASSET_MATERIALIZATION" | "ASSET_MATERIALIZATION_PLANNED" | "ASSET_OBSERVATION" | "ENGINE_EVENT" | "HANDLED_OUTPUT" | "HOOK_COMPLETED" | "HOOK_ERRORED" | "HOOK_SKIPPED" | "LOADED_INPUT" | "LOG" | "LOGS_CAPTURED" | "OBJECT_STORE_OPERATION" | "PIPELINE_CANCELED" | "PIPELINE_CANCELING" | "PIPELINE_DEQUEUED" | "PIPELINE_ENQUEUED" | "PIPELINE_FAILURE" | "PIPELINE_START" | "PIPELINE_STARTING" | "PIPELINE_SUCCESS" | "RESOURCE_INIT_FAILURE" | "RESOURCE_INIT_STARTED" | "RESOURCE_INIT_SUCCESS" | "STEP_EXPECTATION_RESULT" | "STEP_FAILURE" | "STEP_INPUT" | "STEP_OUTPUT" | "STEP_RESTARTED" | "STEP_SKIPPED" | "STEP_START" | "STEP_SUCCESS" | "STEP_UP_FOR_RETRY" | "STEP_WORKER_STARTED" | "STEP_WORKER_STARTING";

export interface DagsterJobMetadataValue {
  type: "job";
  job_name?: string;
  location_name?: string;
  repository_name?: string | null;
}

export interface DagsterRun {
  run_id: string;
  job_name: string;
  run_config?: Record<string, unknown>;
  tags?: Record<string, string>;
  status?: DagsterRunStatus;
  asset_selection?: string[][] | null;
  asset_check_selection?: [string[], string][] | null;
  op_selection?: string[] | null;
  step_keys_to_execute?: string[] | null;
  root_run_id?: string | null;
  parent_run_id?: string | null;
  location?: string;
}

export interface DagsterRunMetadataValue {
  type: "run";
  run_id?: string;
}

export type DagsterRunStatus = "CANCELED" | "CANCELING" | "FAILURE" | "MANAGED" | "NOT_STARTED" | "QUEUED" | "STARTED" | "STARTING" | "SUCCESS";

export interface DeleteDynamicPartitionsRequest {
  type: "delete";
  partitions_def_name: string;
  partition_keys: string[];
}

export interface Deps {
  kind: "deps";
  operand: Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions;
  every: boolean;
  allow_selection?: string | null;
  ignore_selection?: string | null;
  label?: string | null;
}

export interface DimensionMappingSpec {
  upstream: string;
  downstream: string;
  mapping: AllMappingSpec | LastMappingSpec | SpecificMappingSpec | IdentityMappingSpec | StaticMappingSpec | TimeWindowMappingSpec | MultiToSingleMappingSpec | OpaqueMappingSpec;
}

export interface DownstreamConditions {
  kind: "downstream";
  label?: string | null;
}

export interface DynamicPartitionsSpec {
  kind: "dynamic";
  name: string;
}

export interface EdgeSpec {
  input: string;
  sources: SourceSpec[];
  fan_in?: boolean;
}

export interface EngineEventData {
  type: "engine";
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
  error?: ErrorInfo | null;
  marker_start?: string | null;
  marker_end?: string | null;
}

export interface ErrorInfo {
  cls_name: string;
  message: string;
  frames?: Frame[];
  cause?: ErrorInfo | null;
  context?: ErrorInfo | null;
}

export interface ErrorText {
  type: string;
  message: string;
  suggestions?: string[];
  facts?: Record<string, unknown>;
}

export interface EvaluatedNode {
  name: string;
  candidates: number;
  true?: number;
  label?: string | null;
  target?: string | null;
  children?: EvaluatedNode[];
}

export interface Event {
  kind: DagsterEventType;
  run_id: string;
  timestamp?: number;
  job_name?: string;
  step_key?: string | null;
  message?: string;
  level?: number;
  data?: StepOutputData | StepInputData | LoadedInputData | HandledOutputData | StepMaterializationData | AssetObservationData | AssetPlannedData | AssetCheckEvaluation | StepExpectationResultData | StepFailureData | StepRetryData | StepSuccessData | RunFailureData | HookErroredData | EngineEventData | LogData | SkippedData | null;
}

export interface EventLogRecord {
  storage_id: number;
  event_log_entry: Event;
}

export interface ExpectationResult {
  type: "expectation";
  success: boolean;
  label?: string | null;
  description?: string | null;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
}

export interface FloatMetadataValue {
  type: "float";
  value?: number | null;
  literal?: string;
}

export interface Frame {
  file: string;
  line: number;
  function: string;
  source?: string;
  origin?: string;
  before?: string[];
  after?: string[];
}

export interface FreshnessState {
  status: FreshnessStatus;
  updated_at?: number | null;
  overdue_at?: number | null;
}

export type FreshnessStatus = "fresh" | "overdue" | "unknown" | "warning";

export interface GraphSpec {
  type: "graph";
  name: string;
  inputs?: InputSpec[];
  outputs?: OutputSpec[];
  children?: ChildSpec[];
  input_mappings?: InputMappingSpec[];
  output_mappings?: OutputMappingSpec[];
  tags?: Record<string, string>;
  description?: string | null;
}

export interface HandledOutputData {
  type: "stored";
  output_name: string;
  manager_key: string;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
}

export interface Heartbeat {
  name: string;
  stepped_at?: number | null;
  error?: ErrorInfo | null;
}

export interface HookErroredData {
  type: "hook_error";
  error: ErrorInfo;
  hook_name?: string;
}

export interface IdentityMappingSpec {
  kind: "identity";
}

export interface InLatestTimeWindow {
  kind: "in_latest_time_window";
  lookback_seconds?: number | null;
  label?: string | null;
}

export interface InputMappingSpec {
  graph_input: string;
  child: string;
  child_input: string;
  index?: number | null;
}

export interface InputSpec {
  name: string;
  type_name?: string;
  nothing?: boolean;
  has_default?: boolean;
  manager_key?: string | null;
  description?: string | null;
}

export interface IntMetadataValue {
  type: "int";
  value?: number | null;
}

export type Jitter = "FULL" | "PLUS_MINUS";

export interface JobNode {
  name: string;
  graph?: GraphSpec | null;
  assets?: string[][];
  checks?: [string[], string][];
  tags?: Record<string, string>;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
  description?: string | null;
  executor?: string;
  partitions?: TimeWindowPartitionsSpec | StaticPartitionsSpec | DynamicPartitionsSpec | OpaquePartitionsSpec | MultiPartitionsSpec | null;
}

export interface JobPartitions {
  count: number;
  keys: string[];
}

export interface JsonMetadataValue {
  type: "json";
  data?: unknown;
}

export interface KeptVersion {
  version_id: string;
  stored_at: number;
  is_current: boolean;
  run_id?: string | null;
  size_bytes?: number | null;
}

export interface LagFreshnessSpec {
  kind: "lag";
  maximum_lag_minutes: number;
  cron_schedule?: string | null;
  cron_schedule_timezone?: string | null;
}

export interface LastMappingSpec {
  kind: "last";
}

export interface LaunchBody {
  job?: string | null;
  assets?: string[] | null;
  upstream?: boolean;
  select?: string | null;
  location?: string | null;
  config?: Record<string, unknown>;
  yaml?: string | null;
  tags?: Record<string, string>;
  partition?: string | null;
  ops?: string[] | null;
}

export interface ListedAsset {
  asset: AssetNode;
  state: AssetState;
}

export interface ListedAutomation {
  location: string;
  kind: string;
  definition: Record<string, unknown>;
  running: boolean;
  switched: boolean | null;
  next_at: number[];
  when: string;
  cursor: string | null;
  ticks: Tick[];
}

export interface ListedBackfill {
  backfill: Backfill;
  counts: BackfillCount[];
}

export interface ListedFreshness {
  key: string[];
  policy: TimeWindowFreshnessSpec | CronFreshnessSpec | LagFreshnessSpec;
  state: FreshnessState;
}

export interface ListedJob {
  job: JobNode;
  kind: string;
  newest_run: RunRecord | null;
}

export interface ListedLocation {
  name: string;
  loaded_at: number | null;
  version: number;
  is_loading: boolean;
  error: ErrorInfo | null;
  assets: number;
  jobs: number;
  schedules: number;
  sensors: number;
  resources: ResourceNode[];
}

export interface ListedPartition {
  key: string;
  state: PartitionState;
  run_id: string | null;
}

export interface LoadedInputData {
  type: "loaded";
  input_name: string;
  manager_key: string;
  upstream_output_name?: string | null;
  upstream_step_key?: string | null;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
}

export interface LocalFileCodeReference {
  type: "file";
  file_path: string;
  line_number?: number | null;
  label?: string | null;
}

export interface LogData {
  type: "log";
  logger?: string;
  error?: ErrorInfo | null;
  extra?: Record<string, unknown>;
}

export interface LookBody {
  job?: string | null;
  assets?: string[] | null;
  upstream?: boolean;
  select?: string | null;
  location?: string | null;
  config?: Record<string, unknown>;
  yaml?: string | null;
  tags?: Record<string, string>;
  partition?: string | null;
  ops?: string[] | null;
  with_schema?: boolean;
  search?: string;
}

export interface MarkdownMetadataValue {
  type: "markdown";
  md_str?: string | null;
}

export interface MultiMappingSpec {
  kind: "multi";
  dimensions: DimensionMappingSpec[];
}

export interface MultiPartitionsSpec {
  kind: "multi";
  dimensions: ([string, TimeWindowPartitionsSpec | StaticPartitionsSpec | DynamicPartitionsSpec | OpaquePartitionsSpec])[];
}

export interface MultiToSingleMappingSpec {
  kind: "multi_to_single";
  dimension?: string | null;
}

export interface NewlyTrue {
  kind: "newly_true";
  operand: Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions;
  label?: string | null;
}

export interface NotTrue {
  kind: "not";
  operand: Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions;
  label?: string | null;
}

export interface NotebookMetadataValue {
  type: "notebook";
  path?: string | null;
}

export interface Nothing {
}

export interface NullMetadataValue {
  type: "null";
}

export interface OpSpec {
  type: "op";
  name: string;
  inputs?: InputSpec[];
  outputs?: OutputSpec[];
  resource_keys?: string[];
  tags?: Record<string, string>;
  retry_policy?: RetryPolicy | null;
  pool?: string | null;
  config_schema?: unknown;
  description?: string | null;
}

export interface OpaqueMappingSpec {
  kind: "opaque";
  text: string;
}

export interface OpaquePartitionsSpec {
  kind: "opaque";
  text: string;
}

export interface Operand {
  kind: "operand";
  operand: "backfill_in_progress" | "check_failed" | "check_passed" | "code_version_changed" | "data_version_changed" | "executed_with_root_target" | "execution_failed" | "freshness_failed" | "freshness_passed" | "freshness_warned" | "initial_evaluation" | "missing" | "newly_requested" | "newly_updated" | "run_in_progress" | "updated_after_dependent" | "will_be_requested";
  label?: string | null;
}

export interface OutputMappingSpec {
  graph_output: string;
  child: string;
  child_output: string;
}

export interface OutputSpec {
  name: string;
  type_name?: string;
  nothing?: boolean;
  required?: boolean;
  dynamic?: boolean;
  io_manager_key?: string;
  description?: string | null;
}

export type PartStatus = "BLOCKED" | "CANCELED" | "FAILURE" | "QUEUED" | "SUCCESS" | "WAITING";

export type PartitionChoice = "all" | "failed" | "missing";

export interface PartitionSpan {
  start: string;
  end: string;
  size: number;
  counts: Record<string, number>;
}

export type PartitionState = "failed" | "in_progress" | "materialized" | "missing";

export interface PartitionTotals {
  asset: string[];
  total: number | null;
  missing: number | null;
  materialized: number;
  failed: number;
  in_progress: number;
}

export interface PathMetadataValue {
  type: "path";
  path?: string | null;
}

export interface Piece {
  step: string;
  stream: string;
  text: string;
  skipped?: number;
}

export interface Place {
  line: number;
  column: number;
  end_column: number;
}

export interface PlannedStep {
  key: string;
  after?: string[];
  assets?: string[][];
  checks?: string[];
  loads?: string[][];
  pool?: string | null;
  is_mapped?: boolean;
}

export interface PoolMetadataValue {
  type: "pool";
  pool?: string;
}

export interface PreviewBody {
  at?: number | null;
  cursor?: string | null;
}

export interface PythonArtifactMetadataValue {
  type: "python_artifact";
  module?: string;
  name?: string;
}

export interface Refusal {
  error: { type: string; message: string; suggestions?: string[]; facts?: Record<string, unknown> };
}

export interface ResourceNode {
  key: string;
  type_name: string;
  description?: string | null;
}

export interface RetryPolicy {
  max_retries?: number;
  delay?: number | null;
  backoff?: Backoff | null;
  jitter?: Jitter | null;
}

export interface RollbackBody {
  asset: string;
  version: string;
  partition?: string | null;
}

export interface RunFailureData {
  type: "run_failure";
  error?: ErrorInfo | null;
  failure_reason?: string | null;
}

export interface RunRecord {
  storage_id: number;
  dagster_run: DagsterRun;
  created_at: number;
  updated_at: number;
  start_time?: number | null;
  end_time?: number | null;
}

export interface RunRequest {
  run_key?: string | null;
  run_config?: Record<string, unknown>;
  tags?: Record<string, string>;
  job_name?: string | null;
  asset_selection?: string[][] | null;
  stale_assets_only?: boolean;
  partition_key?: string | null;
  asset_check_keys?: [string[], string][] | null;
}

export interface RunTags {
  kind: "run_tags";
  updates: "all_new_updates_have_run_tags" | "any_new_update_has_run_tags" | "executed_with_tags";
  tag_keys?: string[];
  tag_values?: [string, string][];
  label?: string | null;
}

export interface ScheduleNode {
  name: string;
  cron_schedules: string[];
  job_name: string;
  timezone?: string;
  default_status?: string;
  description?: string | null;
  tags?: Record<string, string>;
}

export interface SensorNode {
  name: string;
  job_names?: string[];
  minimum_interval_seconds?: number;
  default_status?: string;
  description?: string | null;
  tags?: Record<string, string>;
  automation?: AutomationTarget | null;
}

export interface ShownFinding {
  finding: ConfigFinding;
  place?: Place | null;
}

export interface Since {
  kind: "since";
  trigger: Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions;
  reset: Operand | CronTickPassed | InLatestTimeWindow | RunTags | AllOf | AnyOf | NotTrue | NewlyTrue | Since | AssetMatches | Deps | Checks | DownstreamConditions;
  label?: string | null;
}

export interface SkippedData {
  type: "skipped";
  reason?: string;
}

export interface SourceLocation {
  file: string;
  line: number;
}

export interface SourceSpec {
  child: string;
  output?: string;
  collect?: boolean;
}

export interface SpecificMappingSpec {
  kind: "specific";
  keys: string[];
}

export interface StaticMappingSpec {
  kind: "static";
  downstream_keys: [string, string[]][];
}

export interface StaticPartitionsSpec {
  kind: "static";
  keys: string[];
}

export interface StepExpectationResultData {
  type: "expected";
  expectation_result: ExpectationResult;
}

export interface StepFailureData {
  type: "failure";
  error?: ErrorInfo | null;
  user_failure_data?: UserFailureData | null;
  error_source?: string;
}

export interface StepInputData {
  type: "input";
  input_name: string;
  type_check_data?: TypeCheckData | null;
}

export interface StepMaterializationData {
  type: "materialized";
  materialization: AssetMaterialization;
  asset_lineage?: string[][];
}

export interface StepOutputData {
  type: "output";
  step_key: string;
  output_name: string;
  mapping_key?: string | null;
  type_check_data?: TypeCheckData | null;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
}

export interface StepRetryData {
  type: "retry";
  error?: ErrorInfo | null;
  seconds_to_wait?: number | null;
}

export interface StepState {
  step_key: string;
  status: StepStatus;
  attempts?: number;
  started_at?: number | null;
  ended_at?: number | null;
}

export type StepStatus = "CANCELED" | "FAILURE" | "RETRYING" | "SKIPPED" | "STARTED" | "SUCCESS";

export interface StepSuccessData {
  type: "success";
  duration_ms: number;
}

export interface TableColumn {
  name: string;
  type?: string;
  description?: string | null;
  constraints?: TableColumnConstraints;
  tags?: Record<string, string>;
}

export interface TableColumnConstraints {
  nullable?: boolean;
  unique?: boolean;
  other?: string[];
}

export interface TableColumnDep {
  asset_key: string[];
  column_name: string;
}

export interface TableColumnLineage {
  deps_by_column: Record<string, TableColumnDep[]>;
}

export interface TableColumnLineageMetadataValue {
  type: "column_lineage";
  column_lineage: TableColumnLineage;
}

export interface TableConstraints {
  other?: string[];
}

export interface TableMetadataValue {
  type: "table";
  records?: TableRecord[];
  schema?: TableSchema;
}

export interface TableRecord {
  data: Record<string, unknown>;
}

export interface TableSchema {
  columns?: TableColumn[];
  constraints?: TableConstraints;
}

export interface TableSchemaMetadataValue {
  type: "table_schema";
  schema?: TableSchema;
}

export interface TagLimit {
  key: string;
  limit: number;
  value?: string | null;
  per_value?: boolean;
}

export interface TextMetadataValue {
  type: "text";
  text?: string | null;
}

export interface Tick {
  automation: AutomationId;
  kind: AutomationKind;
  due_at: number;
  started_at: number;
  ended_at: number;
  status: TickStatus;
  number?: number;
  message?: string | null;
  error?: ErrorInfo | null;
  attempts?: number;
  run_ids?: string[];
  known_run_ids?: string[];
}

export interface TickResult {
  run_requests?: RunRequest[];
  skip_message?: string | null;
  cursor?: string | null;
  dynamic_partitions_requests?: (AddDynamicPartitionsRequest | DeleteDynamicPartitionsRequest)[];
  asset_events?: (AssetMaterialization | AssetObservation | AssetCheckEvaluation)[];
  failures?: string[];
}

export type TickStatus = "FAILURE" | "SKIPPED" | "SUCCESS";

export interface TimeWindowFreshnessSpec {
  kind: "time_window";
  fail_seconds: number;
  warn_seconds?: number | null;
}

export interface TimeWindowMappingSpec {
  kind: "time_window";
  start_offset?: number;
  end_offset?: number;
  allow_nonexistent?: boolean;
}

export interface TimeWindowPartitionsSpec {
  kind: "time_window";
  start: number;
  fmt: string;
  cron_schedule: string;
  timezone?: string;
  end?: number | null;
  end_offset?: number;
  exclusions?: (string | number)[];
}

export interface TimelineRun {
  run_id: string;
  job: string;
  location: string;
  assets: string[][] | null;
  status: DagsterRunStatus;
  created_at: number;
  start_time: number | null;
  end_time: number | null;
}

export interface TimestampMetadataValue {
  type: "timestamp";
  value?: number;
}

export interface TypeCheckData {
  success: boolean;
  label?: string;
  description?: string | null;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
}

export interface UrlCodeReference {
  type: "url";
  url: string;
  label?: string | null;
}

export interface UrlMetadataValue {
  type: "url";
  url?: string | null;
}

export interface UserFailureData {
  label?: string;
  description?: string | null;
  metadata?: Record<string, TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue | DagsterJobMetadataValue | NullMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue | CodeReferencesMetadataValue | PoolMetadataValue>;
}

export interface ValueAnswer {
  type: "value";
  type_name?: string;
  columns?: string[];
  column_types?: string[];
  rows?: string[][];
  row_count?: number | null;
  text?: string;
  is_cut?: boolean;
  error?: ErrorInfo | null;
}

export interface VersionDiff {
  unit: string;
  before: number;
  after: number;
  removed: number;
  added: number;
  removed_sample?: string[];
  added_sample?: string[];
  missing_columns?: Record<string, string>;
  new_columns?: Record<string, string>;
  changed_columns?: Record<string, [string, string]>;
}

export interface Operations {
  "/assets": {
    method: "get";
    path: Record<never, never>;
    query: { limit: number; after: string; group: string; search: string; status: ("running" | "waiting" | "failed" | "skipped" | "never" | "stale" | "fresh" | "external")[] };
    body: never;
    answer: {  };
  };
  "/assets/{key}": {
    method: "get";
    path: { key: string };
    query: Record<never, never>;
    body: never;
    answer: { asset: AssetNode; state: AssetState; materialization: EventLogRecord | null; observation: EventLogRecord | null; upstream: string[][]; downstream: string[][]; checks: CheckStanding[]; jobs: string[] };
  };
  "/assets/{key}/history": {
    method: "get";
    path: { key: string };
    query: { limit: number; before: number; kind: "made" | "observed" | "checked" };
    body: never;
    answer: { events: EventLogRecord[]; next: number | null };
  };
  "/automations": {
    method: "get";
    path: Record<never, never>;
    query: Record<never, never>;
    body: never;
    answer: { automations: ListedAutomation[]; can_write: boolean };
  };
  "post /automations/{location}/{name}/cursor": {
    method: "post";
    path: { location: string; name: string };
    query: Record<never, never>;
    body: CursorBody;
    answer: { cursor: string | null };
  };
  "post /automations/{location}/{name}/preview": {
    method: "post";
    path: { location: string; name: string };
    query: Record<never, never>;
    body: PreviewBody;
    answer: { result: TickResult | null; error: ErrorInfo | null };
  };
  "post /automations/{location}/{name}/reset": {
    method: "post";
    path: { location: string; name: string };
    query: Record<never, never>;
    body: Nothing;
    answer: { running: boolean; switched: boolean | null };
  };
  "post /automations/{location}/{name}/start": {
    method: "post";
    path: { location: string; name: string };
    query: Record<never, never>;
    body: Nothing;
    answer: { running: boolean; switched: boolean | null };
  };
  "post /automations/{location}/{name}/stop": {
    method: "post";
    path: { location: string; name: string };
    query: Record<never, never>;
    body: Nothing;
    answer: { running: boolean; switched: boolean | null };
  };
  "/automations/{location}/{name}/ticks": {
    method: "get";
    path: { location: string; name: string };
    query: { limit: number; before: number; status: ("SUCCESS" | "SKIPPED" | "FAILURE")[] };
    body: never;
    answer: { ticks: Tick[]; next: number | null };
  };
  "/backfills": {
    method: "get";
    path: Record<never, never>;
    query: { limit: number; before: number; status: ("RUNNING" | "PAUSED" | "CANCELING" | "SUCCESS" | "FAILURE" | "CANCELED")[]; asset: string; job: string };
    body: never;
    answer: { backfills: ListedBackfill[]; next: number | null };
  };
  "post /backfills": {
    method: "post";
    path: Record<never, never>;
    query: Record<never, never>;
    body: BackfillBody;
    answer: { backfill: Backfill; counts: BackfillCount[]; assets: AssetProgress[] };
  };
  "post /backfills/plan": {
    method: "post";
    path: Record<never, never>;
    query: Record<never, never>;
    body: BackfillBody;
    answer: { layers: BackfillLayer[]; runs: number; partitions: number; parts: BackfillPart[] };
  };
  "/backfills/{backfill_id}": {
    method: "get";
    path: { backfill_id: string };
    query: Record<never, never>;
    body: never;
    answer: { backfill: Backfill; counts: BackfillCount[]; assets: AssetProgress[] };
  };
  "post /backfills/{backfill_id}/cancel": {
    method: "post";
    path: { backfill_id: string };
    query: Record<never, never>;
    body: Nothing;
    answer: { backfill: Backfill; counts: BackfillCount[]; assets: AssetProgress[] };
  };
  "/backfills/{backfill_id}/parts": {
    method: "get";
    path: { backfill_id: string };
    query: { limit: number; after: number; status: ("WAITING" | "QUEUED" | "SUCCESS" | "FAILURE" | "BLOCKED" | "CANCELED")[] };
    body: never;
    answer: { parts: BackfillPart[]; next: number | null };
  };
  "post /backfills/{backfill_id}/pause": {
    method: "post";
    path: { backfill_id: string };
    query: Record<never, never>;
    body: Nothing;
    answer: { backfill: Backfill; counts: BackfillCount[]; assets: AssetProgress[] };
  };
  "post /backfills/{backfill_id}/resume": {
    method: "post";
    path: { backfill_id: string };
    query: Record<never, never>;
    body: Nothing;
    answer: { backfill: Backfill; counts: BackfillCount[]; assets: AssetProgress[] };
  };
  "post /backfills/{backfill_id}/retry": {
    method: "post";
    path: { backfill_id: string };
    query: Record<never, never>;
    body: Nothing;
    answer: { backfill: Backfill; counts: BackfillCount[]; assets: AssetProgress[] };
  };
  "/conditions/{key}": {
    method: "get";
    path: { key: string };
    query: { limit: number; before: number; check: string };
    body: never;
    answer: { condition: string | null; sensors: ConditionSensor[]; evaluations: AutomationEvaluation[]; next: number | null };
  };
  "/freshness": {
    method: "get";
    path: Record<never, never>;
    query: { limit: number; after: string; status: ("fresh" | "warning" | "overdue" | "unknown")[] };
    body: never;
    answer: { assets: ListedFreshness[]; next: string | null };
  };
  "/graph": {
    method: "get";
    path: Record<never, never>;
    query: Record<never, never>;
    body: never;
    answer: { number: number; assets: ListedAsset[] };
  };
  "/instance": {
    method: "get";
    path: Record<never, never>;
    query: Record<never, never>;
    body: never;
    answer: { version: string; location: string; storage: string; number: number; assets: number; runs: number; can_write: boolean; may_show_values: boolean };
  };
  "/jobs": {
    method: "get";
    path: Record<never, never>;
    query: Record<never, never>;
    body: never;
    answer: { jobs: ListedJob[] };
  };
  "post /launch": {
    method: "post";
    path: Record<never, never>;
    query: Record<never, never>;
    body: LookBody;
    answer: { location: string; job: string; assets: string[][] | null; schema: Record<string, unknown> | null; config: Record<string, unknown>; config_text: string; example: Record<string, unknown>; example_text: string; given: Record<string, unknown>; given_text: string; complete_text: string; findings: ShownFinding[]; steps: PlannedStep[]; partitions: JobPartitions | null; error: ErrorInfo | null };
  };
  "/locations": {
    method: "get";
    path: Record<never, never>;
    query: Record<never, never>;
    body: never;
    answer: { locations: ListedLocation[]; can_write: boolean };
  };
  "post /locations/{name}/reload": {
    method: "post";
    path: { name: string };
    query: Record<never, never>;
    body: Nothing;
    answer: { name: string };
  };
  "/openapi.json": {
    method: "get";
    path: Record<never, never>;
    query: Record<never, never>;
    body: never;
    answer: {  };
  };
  "/partitions": {
    method: "get";
    path: Record<never, never>;
    query: Record<never, never>;
    body: never;
    answer: { assets: PartitionTotals[] };
  };
  "/partitions/{key}": {
    method: "get";
    path: { key: string };
    query: Record<never, never>;
    body: never;
    answer: { asset: string[]; partitions: TimeWindowPartitionsSpec | StaticPartitionsSpec | DynamicPartitionsSpec | OpaquePartitionsSpec | MultiPartitionsSpec; backfill_policy: BackfillPolicy | null; first: string | null; last: string | null; totals: PartitionTotals };
  };
  "/partitions/{key}/keys": {
    method: "get";
    path: { key: string };
    query: { limit: number; after: string; state: ("missing" | "materialized" | "failed" | "in_progress")[]; search: string; order: "first" | "last" };
    body: never;
    answer: { partitions: ListedPartition[]; next: string | null };
  };
  "/partitions/{key}/spans": {
    method: "get";
    path: { key: string };
    query: { most: number };
    body: never;
    answer: { total: number; spans: PartitionSpan[] };
  };
  "post /rollbacks": {
    method: "post";
    path: Record<never, never>;
    query: Record<never, never>;
    body: RollbackBody;
    answer: { versions: KeptVersion[]; diff: VersionDiff | null; published: string | null; error: ErrorInfo | null };
  };
  "/runs": {
    method: "get";
    path: Record<never, never>;
    query: { limit: number; before: string; job: string; tag: string[]; created_after: number; created_before: number; status: ("QUEUED" | "NOT_STARTED" | "MANAGED" | "STARTING" | "STARTED" | "SUCCESS" | "FAILURE" | "CANCELING" | "CANCELED")[] };
    body: never;
    answer: { runs: RunRecord[]; next: string | null };
  };
  "post /runs": {
    method: "post";
    path: Record<never, never>;
    query: Record<never, never>;
    body: LaunchBody;
    answer: { run: RunRecord };
  };
  "post /runs/bulk": {
    method: "post";
    path: Record<never, never>;
    query: Record<never, never>;
    body: BulkBody;
    answer: { results: BulkResult[] };
  };
  "/runs/counts": {
    method: "get";
    path: Record<never, never>;
    query: { job: string; tag: string[]; created_after: number; created_before: number };
    body: never;
    answer: { counts: Record<string, number> };
  };
  "/runs/{run_id}": {
    method: "get";
    path: { run_id: string };
    query: Record<never, never>;
    body: never;
    answer: { run: RunRecord; steps: StepState[]; failures: EventLogRecord[]; newest_event: number; has_code: boolean };
  };
  "post /runs/{run_id}/again": {
    method: "post";
    path: { run_id: string };
    query: Record<never, never>;
    body: AgainBody;
    answer: { run: RunRecord };
  };
  "post /runs/{run_id}/cancel": {
    method: "post";
    path: { run_id: string };
    query: Record<never, never>;
    body: Nothing;
    answer: { run: RunRecord };
  };
  "/runs/{run_id}/events": {
    method: "get";
    path: { run_id: string };
    query: { limit: number; after: number; before: number; step: string; kind: ("STEP_OUTPUT" | "STEP_INPUT" | "STEP_FAILURE" | "STEP_START" | "STEP_SUCCESS" | "STEP_SKIPPED" | "STEP_UP_FOR_RETRY" | "STEP_RESTARTED" | "STEP_WORKER_STARTING" | "STEP_WORKER_STARTED" | "STEP_EXPECTATION_RESULT" | "RESOURCE_INIT_STARTED" | "RESOURCE_INIT_SUCCESS" | "RESOURCE_INIT_FAILURE" | "ASSET_MATERIALIZATION" | "ASSET_MATERIALIZATION_PLANNED" | "ASSET_OBSERVATION" | "ASSET_CHECK_EVALUATION" | "ASSET_CHECK_EVALUATION_PLANNED" | "HANDLED_OUTPUT" | "LOADED_INPUT" | "OBJECT_STORE_OPERATION" | "ENGINE_EVENT" | "HOOK_COMPLETED" | "HOOK_ERRORED" | "HOOK_SKIPPED" | "LOGS_CAPTURED" | "PIPELINE_ENQUEUED" | "PIPELINE_DEQUEUED" | "PIPELINE_STARTING" | "PIPELINE_START" | "PIPELINE_SUCCESS" | "PIPELINE_FAILURE" | "PIPELINE_CANCELING" | "PIPELINE_CANCELED" | "LOG")[]; order: "oldest" | "newest" };
    body: never;
    answer: { events: EventLogRecord[]; next: number | null };
  };
  "/runs/{run_id}/output": {
    method: "get";
    path: { run_id: string };
    query: { step: string; stream: "stdout" | "stderr"; cursor: string };
    body: never;
    answer: { pieces: Piece[]; next: string; has_more: boolean; ended: boolean };
  };
  "/runs/{run_id}/stream": {
    method: "get";
    path: { run_id: string };
    query: { after: number };
    body: never;
    answer: string;
  };
  "/schedules": {
    method: "get";
    path: Record<never, never>;
    query: Record<never, never>;
    body: never;
    answer: { schedules: ScheduleNode[] };
  };
  "/selection": {
    method: "get";
    path: Record<never, never>;
    query: { select: string };
    body: never;
    answer: { keys: string[][] };
  };
  "/services": {
    method: "get";
    path: Record<never, never>;
    query: Record<never, never>;
    body: never;
    answer: { services: Heartbeat[]; is_leading: boolean; queued: number; at_work: number; most_runs: number | null; tag_limits: TagLimit[]; pools: Record<string, number> };
  };
  "/stream": {
    method: "get";
    path: Record<never, never>;
    query: { after: number };
    body: never;
    answer: string;
  };
  "/timeline": {
    method: "get";
    path: Record<never, never>;
    query: { from: number; to: number };
    body: never;
    answer: { now: number; runs: TimelineRun[]; is_cut: boolean; coming: ComingTicks[] };
  };
  "/values/{key}": {
    method: "get";
    path: { key: string };
    query: { partition: string; version: string; rows: number };
    body: never;
    answer: { value: ValueAnswer };
  };
  "/versions/{key}": {
    method: "get";
    path: { key: string };
    query: { partition: string; before: string; after: string };
    body: never;
    answer: { versions: KeptVersion[]; diff: VersionDiff | null; published: string | null; error: ErrorInfo | null };
  };
}
