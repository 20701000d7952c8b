export { type Credential, DOCUMENTATION_CREDENTIAL } from "./auth.ts";
export { AWS_ERROR_NAMES, AwsError, type AwsErrorName, STATUS_BY_NAME } from "./errors.ts";
export { encodeErrorFrame, encodeEvent, encodeException } from "./event-stream.ts";
export type { Ending, HeaderList } from "./exchange.ts";
export { parseFaults, renderFault } from "./fault-grammar.ts";
export {
  createFaultChooser,
  FAULT_KINDS,
  type ChooseConnectionFaults,
  type ChooseFaults,
  type Fault,
  type FaultChooser,
  type FaultKind,
  type FaultOptions,
  type InjectedFault,
} from "./fault-plan.ts";
export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from "./fault-proxy.ts";
export type {
  CloseReply,
  Corruption,
  ErrorReply,
  GarbageReply,
  HalfCloseReply,
  HangReply,
  RawReply,
  ReplyCommon,
  ReplyMatch,
  ResetReply,
  ScriptedReply,
  StreamReply,
  StreamStep,
  Wait,
} from "./faults.ts";
export type {
  ContentFilterType,
  FilterStrength,
  GuardrailOptions,
  ReasoningResult,
  SensitiveAction,
} from "./guardrails/options.ts";
export type { PiiType } from "./guardrails/pii.ts";
export type { BedrockLocalOptions, Sleep } from "./options.ts";
export type { ReceivedRequest } from "./requests.ts";
export type { OperationName } from "./router.ts";
export { type BedrockLocal, startBedrockLocal } from "./server.ts";
