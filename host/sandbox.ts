// One request in one instance: the sandbox. Steps 4 to 12 of the request path: takes a slot,
// runs the handler, keeps the deadlines, settles everything, gives the slot back. It lives
// until the handler has returned and the response's content has been sent.
// It is ended from outside by resolving what the guest waits for and never letting it run
// again: RATIONALE.md "Why is a guest never just dropped?".
// Does not know sockets, routes or configuration files.

import type { Billed, Config, Crypto, Entropy, Fetcher, GuestLog } from '../abi/capabilities.ts';
import type { EdgeContext, GuestClock } from '../abi/edge/context.ts';
import { type ErrorCode, WheelerError } from '../abi/errors.ts';
import type { HandlerKind } from '../abi/handlers.ts';
import type { AppLimits } from '../abi/limits.ts';
import type { ByteSource, Client, Content, IncomingRequest, OutgoingResponse } from '../abi/messages.ts';
import { GuestExit } from '../abi/wasi/exit.ts';
import { type Alarm, startAlarm } from './alarm.ts';
import type { Occupant } from './bind-imports.ts';
import type { CpuProfile } from './cpu-profile.ts';
import { type Crash, isCrash, limitUse, withStack } from './crash.ts';
import type { CancelReason, Exchange, InstanceUsage, Outcome } from './exchange.ts';
import { failureOf, outOfMemory } from './failure.ts';
import { guestFrames } from './guest-stack.ts';
import type { Handler } from './handler.ts';
import type { Meter } from './meter.ts';
import type { Lane } from './scheduler.ts';
import type { Slot } from './slot.ts';
import type { SlotPool } from './slot-pool.ts';
import { watched } from './watched.ts';

/** The request's own capabilities: their third lifetime. */
export interface RequestCapabilities {
  readonly fetcher: Fetcher;
  readonly crypto: Crypto;
  readonly log: GuestLog;
  readonly config: Config;
  readonly entropy: Entropy;
}

export interface SandboxOptions {
  readonly request: IncomingRequest;
  readonly limits: AppLimits;
  readonly capabilities: RequestCapabilities;
  readonly meter: Meter;
  readonly profile: CpuProfile | null;
  readonly lane: Lane;
  readonly pool: Pick<SlotPool<EdgeContext>, 'take' | 'giveBack'>;
  readonly handler: Handler;
}

/** Of those that used most CPU time. */
const FUNCTIONS_SHOWN = 10;

/** One for all: a reason with a stack costs more than a small request. */
const REQUEST_ENDED = new WheelerError('CLIENT_GONE', 'The request has ended');

export class Sandbox implements EdgeContext, Exchange, Occupant<EdgeContext> {
  readonly id: string;
  readonly method: string;
  readonly client: Client;
  readonly limits: AppLimits;
  readonly fetcher: Fetcher;
  readonly crypto: Crypto;
  readonly log: GuestLog;
  readonly config: Config;
  readonly entropy: Entropy;
  readonly clock: GuestClock;
  readonly done: Promise<Outcome>;

  readonly meter: Meter;
  readonly profile: CpuProfile | null;
  readonly #lane: Lane;
  readonly #response = Promise.withResolvers<OutgoingResponse>();
  readonly #contentSent = Promise.withResolvers<void>();
  /** Made when somebody asks: most requests wait for nothing that has to be told of their end. */
  #ending: AbortController | null = null;
  #responded = false;
  #content: Content = null;
  #handlerRuns = true;
  /** Why the guest must not run any more. */
  #end: WheelerError | null = null;
  #crash: Crash | null = null;
  /** The guest exited without an error, which is as good as returning. */
  #left = false;
  /** Ends the guest's present wait. */
  #wake: (() => void) | null = null;
  #deadline: Alarm | null = null;
  #waits = 0;
  #hostCalls = 0;
  #yields = 0;

  /** Starts at once; `response` and `done` tell what becomes of it. */
  constructor(options: SandboxOptions) {
    this.id = options.request.id;
    this.method = options.request.method;
    this.client = options.request.client;
    this.limits = options.limits;
    ({
      fetcher: this.fetcher,
      crypto: this.crypto,
      log: this.log,
      config: this.config,
      entropy: this.entropy,
    } = options.capabilities);
    this.meter = options.meter;
    this.profile = options.profile;
    this.#lane = options.lane;
    this.clock = options.meter.guestClock;
    // Whoever started the exchange may not be looking yet when it fails.
    this.#response.promise.catch(() => {});
    this.#setDeadline(this.limits.responseMsMax, 'LIMIT_RESPONSE_TIME', 'The guest gave no response');
    this.done = this.#run(options);
  }

  // --- as the server sees it (Exchange) -------------------------------------------------

  get response(): Promise<OutgoingResponse> {
    return this.#response.promise;
  }

  get cpuMs(): number {
    return this.meter.usedMs;
  }

  cancel(reason: CancelReason): void {
    if (isStream(this.#content)) this.#content.cancel();
    if (reason === 'shutdown') this.#stop(new WheelerError('SHUTTING_DOWN', 'The host stopped'));
    else if (!this.#responded)
      this.#stop(new WheelerError('CLIENT_GONE', 'The client left before the response'));
    // A guest that has answered may finish what it is doing.
  }

  // --- as the interfaces see it (EdgeContext) -------------------------------------------

  get signal(): AbortSignal {
    this.#ending ??= new AbortController();
    if (!this.#handlerRuns || this.ended) this.#ending.abort(REQUEST_ENDED);
    return this.#ending.signal;
  }

  get responded(): boolean {
    return this.#responded;
  }

  respond(response: OutgoingResponse): void {
    this.#responded = true;
    this.#deadline?.stop();
    const sent = () => {
      this.#contentSent.resolve();
      this.#guardAfterResponse();
    };
    this.#content = isStream(response.content) ? watched(response.content, sent) : response.content;
    this.#response.resolve({ ...response, content: this.#content });
    if (!isStream(this.#content)) sent();
  }

  readonly billed: Billed = (work) => {
    // The guest has waited for all of it, and might have more of it done than it may use.
    if (this.ended) throw this.#overLimit() ?? REQUEST_ENDED;
    return this.meter.bill(work);
  };

  cpuMsLeft(): number {
    return Math.max(0, Math.ceil(this.limits.cpuMsMax - this.meter.usedMsAtWait));
  }

  // --- as the slot sees it (Occupant) ---------------------------------------------------

  get context(): EdgeContext {
    return this;
  }

  get ended(): boolean {
    return this.#end !== null || this.#left || this.meter.exhausted;
  }

  entered(): void {
    this.#hostCalls += 1;
  }

  suspend(work: Promise<unknown>): Promise<unknown> {
    this.#waits += 1;
    this.meter.end();
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined);
      work.then(resolve, reject);
    });
  }

  async yield(): Promise<void> {
    this.#yields += 1;
    await this.#lane.yield();
  }

  failed(reason: unknown): void {
    if (reason instanceof GuestExit && reason.status === 0) this.#left = true;
    else this.#end ??= this.#overLimit() ?? failureOf(reason);
  }

  // --- the life of a request ------------------------------------------------------------

  async #run(options: SandboxOptions): Promise<Outcome> {
    const stay = await this.#runHandler(options);
    if (!this.#responded) {
      this.#response.reject(
        this.#end ?? new WheelerError('GUEST_NO_RESPONSE', 'The handler returned without responding'),
      );
      this.#contentSent.resolve();
    }
    await this.#contentSent.promise;
    this.#deadline?.stop();
    return this.#outcome(stay);
  }

  /** What became of the instance. Never throws. */
  async #runHandler({ request, pool, handler: { kind, index } }: SandboxOptions): Promise<InstanceUsage> {
    let slot: Slot<EdgeContext> | null = null;
    let instance: InstanceUsage['instance'] = 'none';
    try {
      slot = pool.take();
      instance = slot.isKept ? 'restored' : 'fresh';
      this.meter.start();
      slot.enter(this);
      await slot.call(index, kind.begin(this, request), (result) => kind.answered?.(this, result));
    } catch (error) {
      if (!this.#left) this.#crashed(error, slot);
    }
    this.#settle(kind);
    this.meter.end();
    this.#handlerRuns = false;
    this.#ending?.abort(REQUEST_ENDED);
    if (slot === null) return { instance, memoryBytes: 0, discarded: false };
    const { memoryBytes } = slot;
    slot.leave();
    if (slot.isDear) await slot.restoreSoon(this.meter);
    pool.giveBack(slot);
    return { instance, memoryBytes, discarded: slot.isSpent };
  }

  #settle(kind: HandlerKind): void {
    try {
      if (this.#end === null) kind.returned?.(this);
    } catch (error) {
      this.#crashed(error, null);
    }
    if (this.#end !== null) kind.broken?.(this);
  }

  #crashed(error: unknown, slot: Slot<EdgeContext> | null): void {
    // Looking into it is not the guest's work.
    this.meter.end();
    // Before anything else looks at the error, which can be asked for its stack only once.
    const stack = slot === null ? [] : guestFrames(error, slot.component.symbols);
    const failure = outOfMemory(this.#end ?? this.#overLimit() ?? failureOf(error), slot, this.limits);
    const { code, message } = failure;
    this.#end = failure;
    if (!isCrash(code)) return;
    this.#end = withStack(failure, stack);
    const used = { cpuMs: this.meter.usedMs, memoryBytes: slot?.memoryBytes ?? 0 };
    const cpu = code === 'LIMIT_CPU' ? (this.profile?.top(FUNCTIONS_SHOWN) ?? []) : [];
    this.#crash = { message, limit: limitUse(code, this.limits, used), stack, cpu };
  }

  /** A trap of a guest whose time is used up is the meter's. */
  #overLimit(): WheelerError | null {
    this.meter.end();
    if (!this.meter.exhausted) return null;
    const { cpuMsMax } = this.limits;
    return new WheelerError(
      'LIMIT_CPU',
      `CPU time is used up: ${this.meter.usedMs.toFixed(2)} ms, limit ${cpuMsMax} ms`,
    );
  }

  /** From now on the guest may only end. */
  #stop(reason: WheelerError): void {
    if (!this.#handlerRuns || this.#end !== null) return;
    this.#end = reason;
    this.#deadline?.stop();
    this.#ending?.abort(REQUEST_ENDED);
    this.#wake?.();
  }

  #setDeadline(afterMs: number, code: ErrorCode, message: string): void {
    this.#deadline = startAlarm(afterMs, () =>
      this.#stop(new WheelerError(code, `${message}: limit ${afterMs} ms`)),
    );
  }

  #guardAfterResponse(): void {
    if (!this.#handlerRuns) return;
    this.#setDeadline(
      this.limits.afterResponseMsMax,
      'LIMIT_AFTER_RESPONSE',
      'The guest went on too long after its response',
    );
  }

  #outcome(stay: InstanceUsage): Outcome {
    const code = this.#end?.code ?? (this.#responded ? 'OK' : 'GUEST_NO_RESPONSE');
    return {
      code,
      cpuMs: this.meter.usedMs,
      slices: this.meter.slices,
      waits: this.#waits,
      fetches: this.limits.fetchesMax - this.fetcher.fetchesLeft,
      hostCalls: this.#hostCalls,
      yields: this.#yields,
      ...stay,
      detail: this.#end?.message ?? null,
      crash: this.#crash,
    };
  }
}

function isStream(content: Content): content is ByteSource {
  return content !== null && !(content instanceof Uint8Array);
}
