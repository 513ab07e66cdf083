// The library: everything that a program which embeds wheeler may import, and nothing else.
// docs/embedding.md documents each name; a test compares the two.

export type { LogLevel } from '../../abi/capabilities.ts';
export { ERRORS, type ErrorCode, type ErrorFacts, type Family, WheelerError } from '../../abi/errors.ts';
export { APP_LIMITS, type AppLimits } from '../../abi/limits.ts';
export type { Finding, FindingCode } from '../../toolchain/finding.ts';
export type { Crash } from '../crash.ts';
export type { Outcome } from '../exchange.ts';
export { type Capability, defineCapability } from './capability.ts';
export type {
  CapabilityContext,
  CapabilityFunction,
  CapabilityFunctions,
  CapabilityResource,
  CapabilitySource,
  PlainFunction,
  WaitingFunction,
} from './capability-types.ts';
export { capabilityTypes } from './capability-types-text.ts';
export { createRuntime, type RuntimeOptions } from './create-runtime.ts';
export type { DeployOptions, DirectoryGrant, OutboundGrant } from './deploy-options.ts';
export type { LogLine, LogSink } from './log-sink.ts';
export {
  type CloseOptions,
  type Deployment,
  DeployRefused,
  type HandleOptions,
  type Handling,
  type Runtime,
} from './runtime.ts';
export type { ClientInfo } from './web-request.ts';
