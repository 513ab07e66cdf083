// One request in one instance: the sandbox. Steps 4 to 12 of the request path: takes a slot,
// runs the handler, keeps the deadlines, settles everything, gives the slot back. It lives
// until the handler has returned and the response's content has been sent.
// It is ended from outside by resolving what the guest waits for and never letting it run
// again: RATIONALE.md "Why is a guest never just dropped?".
// Does not know sockets, routes or configuration files.

import type { Billed, Config, Crypto, Entropy, Fetcher, GuestLog } from '../abi/capabilities.ts';
import type { EdgeContext, GuestClock } from '../abi/edge/context.ts';
import { WheelerError } from '../abi/errors.ts';
import type { HandlerKind } from '../abi/handlers.ts';
import type { AppLimits } from '../abi/limits.ts';
import type { ByteSource, Client, IncomingRequest, OutgoingResponse } from '../abi/messages.ts';
import { GuestExit } from '../abi/wasi/exit.ts';
import type { Occupant } from './bind-imports.ts';
import type { RequestCapabilities } from './capabilities/request-capabilities.ts';
import type { CpuProfile } from './cpu-profile.ts';
import { type Crash, isCrash, limitUse, withStack } from './crash.ts';
import type { CancelReason, Exchange, InstanceUsage, Outcome } from './exchange.ts';
import { failureOf, outOfMemory, outOfTime } from './failure.ts';
import { guestFrames } from './guest-stack.ts';
import type { Handler } from './handler.ts';
import type { Meter } from './meter.ts';
import { RequestDeadline } from './request-deadline.ts';
import type { Lane } from './scheduler.ts';
import type { Slot } from './slot.ts';
import type { SlotPool } from './slot-pool.ts';
import { watched } from './watched.ts';

export interface SandboxOptions {
  readonly request: IncomingRequest;
  readonly limits: AppLimits;
  readonly capabilities: RequestCapabilities;
  readonly entropy: Entropy;
  readonly meter: Meter;
  readonly profile: CpuProfile | null;
  readonly lane: Lane;
  readonly pool: Pick<SlotPool<EdgeContext>, 'take' | 'mayGoOn' | 'giveBack'>;
  readonly handler: Handler;
}

/** One for all: a reason with a stack costs more than a small request. */
const REQUEST_ENDED = new WheelerError('CLIENT_GONE', 'The request has ended');
const NO_RESPONSE = 'The handler returned without responding';

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

  readonly meter: Meter;
  readonly profile: CpuProfile | null;
  readonly #lane: Lane;
  readonly #pool: SandboxOptions['pool'];
  readonly #kind: HandlerKind;
  #slot: Slot<EdgeContext> | null = null;
  readonly #response = Promise.withResolvers<OutgoingResponse>();
  readonly #done = Promise.withResolvers<Outcome>();
  /** Made when somebody asks: most requests wait for nothing that has to be told of their end. */
  #ending: AbortController | null = null;
  #responded = false;
  /** The response's content, where that is a stream. */
  #stream: ByteSource | null = null;
  /** There is no content that still has to be sent. */
  #isSent = false;
  #handlerRuns = true;
  /** The slot is as the next request wants it. */
  #isVacated = false;
  #instance: InstanceUsage['instance'] = 'none';
  #stay = { use: 0, memoryBytes: 0, discarded: false };
  /** Why the guest must not run any more. */
  #end: WheelerError | null = null;
  #crash: Crash | null = null;
  /** The guest exited without an error, which is as good as returning. */
  #left = false;
  /** Ends the guest's present wait. */
  #wake: (() => void) | null = null;
  readonly #deadline: RequestDeadline;
  #waits = 0;
  #hostCalls = 0;
  #yields = 0;

  /** Starts at once; `response` and `done` tell what becomes of it. */
  constructor(options: SandboxOptions) {
    const { request, capabilities, handler } = options;
    ({ id: this.id, method: this.method, client: this.client } = request);
    ({ fetcher: this.fetcher, crypto: this.crypto, log: this.log, config: this.config } = capabilities);
    ({ limits: this.limits, entropy: this.entropy, meter: this.meter, profile: this.profile } = options);
    ({ lane: this.#lane, pool: this.#pool } = options);
    this.clock = options.meter;
    this.#kind = handler.kind;
    this.#deadline = new RequestDeadline(options.limits, (reason) => this.#stop(reason));
    this.#runHandler(request, handler.index);
  }

  // --- as the server sees it (Exchange) -------------------------------------------------

  get response(): Promise<OutgoingResponse> {
    return this.#response.promise;
  }

  get done(): Promise<Outcome> {
    return this.#done.promise;
  }

  get cpuMs(): number {
    return this.meter.usedMs;
  }

  cancel(reason: CancelReason): void {
    this.#stream?.cancel();
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
    this.#deadline.set(null);
    if (response.content === null || response.content instanceof Uint8Array) {
      this.#response.resolve(response);
      this.#sent();
    } else {
      this.#stream = watched(response.content, () => this.#sent());
      this.#response.resolve({ ...response, content: this.#stream });
    }
  }

  get billed(): Billed {
    return (work) => {
      // The guest has waited for all of it, and might have more of it done than it may use.
      if (this.ended) throw this.#overLimit() ?? REQUEST_ENDED;
      return this.meter.bill(work);
    };
  }

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

  blocked(): void {
    this.#waits += 1;
    this.meter.end();
    this.#deadline.giveWay();
  }

  suspend(work: Promise<unknown>): Promise<unknown> {
    this.blocked();
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined);
      work.then(resolve, reject);
    });
  }

  yield(): Promise<void> {
    this.#yields += 1;
    this.#deadline.giveWay();
    return this.#lane.yield();
  }

  failed(reason: unknown): void {
    if (reason instanceof GuestExit && reason.status === 0) this.#left = true;
    else this.#end ??= this.#overLimit() ?? failureOf(reason);
  }

  // --- the life of a request ------------------------------------------------------------

  /** Never throws. */
  #runHandler(request: IncomingRequest, index: number): void {
    try {
      this.#slot = this.#pool.take();
      this.#instance = this.#slot.isKept ? 'restored' : 'fresh';
      this.meter.start();
      this.#slot.enter(this);
      if (this.#slot.uses > 1) this.#instance = 'reused';
      const answered = this.#kind.answered && ((result: unknown) => this.#kind.answered?.(this, result));
      const over = this.#slot.call(index, this.#kind.begin(this, request), answered ?? null);
      over.then(this.#returned, this.#broke);
    } catch (error) {
      this.#broke(error);
    }
  }

  readonly #broke = (error: unknown): void => {
    if (!this.#left) this.#crashed(error, this.#slot);
    this.#returned();
  };

  /** No stack of the guest is left. */
  readonly #returned = (): void => {
    if (this.#slot?.unwinds(this.#returned)) return;
    this.#settle();
    this.meter.end();
    this.#handlerRuns = false;
    this.#ending?.abort(REQUEST_ENDED);
    const slot = this.#slot;
    const { memoryBytes = 0, uses: use = 0 } = slot ?? {};
    slot?.leave(!this.ended && this.#pool.mayGoOn(slot));
    this.#stay = { use, memoryBytes, discarded: slot?.isSpent ?? false };
    if (!this.#responded) {
      // Whoever started the exchange may not be looking yet.
      this.#response.promise.catch(() => {});
      this.#response.reject(this.#end ?? new WheelerError('GUEST_NO_RESPONSE', NO_RESPONSE));
      this.#isSent = true;
    }
    const isKept = slot !== null && this.#pool.giveBack(slot);
    if (isKept && slot.isDear) void slot.restoreSoon(this.meter).then(this.#vacated);
    else this.#vacated();
  };

  readonly #vacated = (): void => {
    this.#isVacated = true;
    this.#finish();
  };

  /** All content is with the client, or nobody wants the rest. */
  #sent(): void {
    this.#isSent = true;
    if (this.#handlerRuns) this.#deadline.set('return');
    else this.#finish();
  }

  #finish(): void {
    if (!this.#isSent || !this.#isVacated) return;
    this.#deadline.set(null);
    this.#done.resolve(this.#outcome());
  }

  #settle(): void {
    try {
      if (this.#end === null) this.#kind.returned?.(this);
    } catch (error) {
      this.#crashed(error, null);
    }
    if (this.#end !== null) this.#kind.broken?.(this);
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
    const cpu = code === 'LIMIT_CPU' ? (this.profile?.top() ?? []) : [];
    this.#crash = { message, limit: limitUse(code, this.limits, used), stack, cpu };
  }

  /** A trap of a guest whose time is used up is the meter's. */
  #overLimit(): WheelerError | null {
    this.meter.end();
    return this.meter.exhausted ? outOfTime(this.meter.usedMs, this.limits) : null;
  }

  /** From now on the guest may only end. */
  #stop(reason: WheelerError): void {
    if (!this.#handlerRuns || this.#end !== null) return;
    this.#end = reason;
    this.#deadline.set(null);
    this.#ending?.abort(REQUEST_ENDED);
    this.#wake?.();
    this.#slot?.guest.store.abort();
  }

  #outcome(): Outcome {
    const code = this.#end?.code ?? (this.#responded ? 'OK' : 'GUEST_NO_RESPONSE');
    return {
      code,
      cpuMs: this.meter.usedMs,
      slices: this.meter.slices,
      waits: this.#waits,
      fetches: this.limits.fetchesMax - this.fetcher.fetchesLeft,
      hostCalls: this.#hostCalls,
      yields: this.#yields,
      instance: this.#instance,
      ...this.#stay,
      detail: this.#end?.message ?? null,
      crash: this.#crash,
    };
  }
}
