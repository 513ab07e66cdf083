// The embedded runtime: deploys components and answers web-standard requests with them, in the process
// of its caller, by the same path as the server. Steps 1 to 3, 11 and 12 of the request path.
// Does not listen, route, or read files: that is its caller's.

import { WheelerError } from '../../abi/errors.ts';
import type { Finding } from '../../toolchain/finding.ts';
import type { Admit } from '../admission.ts';
import { startAlarm } from '../alarm.ts';
import type { Deployer } from '../deploy.ts';
import type { Exchange, Outcome } from '../exchange.ts';
import type { DeployedVersion } from '../version-loader.ts';
import { App } from './app.ts';
import { appConfig, type DeployOptions } from './deploy-options.ts';
import type { WebBody } from './web-body.ts';
import { type ClientInfo, readRequest } from './web-request.ts';
import { toWebResponse, type WebResponse } from './web-response.ts';

/** What a runtime is made of; `createRuntime` makes it of the real things. */
export interface RuntimeParts {
  readonly deployer: Deployer;
  readonly admit: Admit;
  readonly newRequestId: () => string;
}

/** A component was refused. `findings` say what is wrong with it, and where in the file. */
export class DeployRefused extends WheelerError {
  readonly findings: readonly Finding[];

  constructor(app: string, findings: readonly Finding[]) {
    const lines = findings.map(({ code, message, offset }) => {
      return `${code}${offset === null ? '' : ` at 0x${offset.toString(16)}`}: ${message}`;
    });
    super('DEPLOY_REFUSED', `The component of ${app} was refused\n  ${lines.join('\n  ')}`);
    this.name = 'DeployRefused';
    this.findings = findings;
  }
}

/** A deployed version. */
export interface Deployment {
  /** Names the version: the same bytes have the same digest. */
  readonly digest: string;
  /** Why each request gets a fresh instance; null when instances are kept, and put back in between. */
  readonly freshBecause: string | null;
}

/** What a `Request` cannot say. */
export interface HandleOptions {
  /** Who sent the request, as far as it is known. */
  readonly client?: ClientInfo;
}

/** One request under way. */
export interface Handling {
  /** Names the request in logs, and for the guest. */
  readonly id: string;
  /** Rejects with `WheelerError` when the guest gave none. */
  readonly response: Promise<Response>;
  /** What it came to, once guest and response are done: what the guest used, and how it ended. Never rejects. */
  readonly outcome: Promise<Outcome>;
}

/** How a runtime ends. */
export interface CloseOptions {
  /** How long requests may go on; 10,000 unless given. Then they are ended. */
  readonly drainMsMax?: number;
}

const DRAIN_MS_MAX = 10_000; // as the server's
const AFTER_SHUTDOWN_MS_MAX = 2_000; // arbitrary

/** Apps by name, in this process. Made by `createRuntime`. */
export class Runtime {
  readonly #parts: RuntimeParts;
  readonly #apps = new Map<string, App>();
  /** One at a time, so that the last one asked for is the last one to be activated. */
  #deploys: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | null = null;

  /** @internal */
  constructor(parts: RuntimeParts) {
    this.#parts = parts;
  }

  /**
   * Makes `bytes` the version that the app `name` answers with. When it answered with another before,
   * requests under way finish on that one.
   * @throws DeployRefused (code DEPLOY_REFUSED) with the findings; what answered before goes on
   * @throws TypeError when the options do not hold, or name middleware that is not deployed
   * @throws WheelerError SHUTTING_DOWN after `close`
   */
  async deploy(name: string, bytes: Uint8Array, options: DeployOptions = {}): Promise<Deployment> {
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`${name} cannot be deployed: give a Uint8Array`);
    const config = appConfig(name, options);
    // What was checked must be what is compiled, whatever the caller does with its buffer meanwhile.
    const component = new Uint8Array(bytes);
    const offers = (options.capabilities ?? []).map((one) => one.offer(name));
    const deploy = this.#deploys.then(async () => {
      this.#refuseWhenClosed();
      const front = this.#middlewareOf(name, options.middleware ?? []);
      const deployed = await this.#parts.deployer.deploy(component, config, offers);
      this.#refuseWhenClosed();
      if ('findings' in deployed) throw new DeployRefused(name, deployed.findings);
      this.#activate(name, deployed.version, front);
      const { digest, freshBecause } = deployed.version;
      return { digest, freshBecause };
    });
    this.#deploys = deploy.catch(() => {}); // the caller has the error
    return deploy;
  }

  /**
   * The answer of the app `name`. The request's signal, or cancelling the response's body, tells the
   * guest that its client is gone. A response has to be read or cancelled: one that lies unread for
   * `limits.idleMsMax` is broken off.
   * @throws WheelerError when the guest gave no answer, or none was asked; `ERRORS[code].status` is the
   * status to send
   */
  async fetch(name: string, request: Request, options: HandleOptions = {}): Promise<Response> {
    return this.handle(name, request, options).response;
  }

  /**
   * The same, with the outcome.
   * @throws WheelerError at once when no guest is asked: ROUTE_NOT_FOUND when no app has that name,
   * SHUTTING_DOWN, CLIENT_GONE when the signal has aborted, and REQUEST_* for what breaks a limit
   */
  handle(name: string, request: Request, { client = {} }: HandleOptions = {}): Handling {
    this.#refuseWhenClosed();
    const app = this.#apps.get(name);
    if (app === undefined)
      throw new WheelerError('ROUTE_NOT_FOUND', `No app is deployed as ${JSON.stringify(name)}`);
    if (request.signal.aborted) throw clientGone(request.signal);
    const { limits } = app;
    const { incoming, body, hops } = readRequest(request, this.#parts.newRequestId(), client, limits);
    const handling = new RequestUnderWay(app.start(incoming, hops), request, body, limits.idleMsMax);
    return { id: incoming.id, response: handling.response, outcome: handling.outcome };
  }

  /** Takes no more requests, lets those under way finish, then ends them. May be called twice. */
  close({ drainMsMax = DRAIN_MS_MAX }: CloseOptions = {}): Promise<void> {
    this.#closed ??= Promise.resolve().then(() => this.#close(drainMsMax));
    return this.#closed;
  }

  async #close(drainMsMax: number): Promise<void> {
    const apps = [...this.#apps.values()];
    const idle = Promise.all(apps.map((app) => app.idle()));
    if (!(await settlesWithin(idle, drainMsMax))) {
      for (const app of apps) app.shutdown();
      await settlesWithin(idle, AFTER_SHUTDOWN_MS_MAX);
    }
    this.#parts.deployer.close();
    await this.#deploys;
    await Promise.all(apps.map((app) => app.close()));
  }

  #activate(name: string, version: DeployedVersion, middleware: readonly App[]): void {
    const app = this.#apps.get(name);
    if (app === undefined) this.#apps.set(name, new App(version, this.#parts.admit, middleware));
    else app.swap(version, middleware);
  }

  #middlewareOf(name: string, middleware: readonly string[]): App[] {
    return middleware.map((one) => {
      const app = one === name ? undefined : this.#apps.get(one);
      if (app !== undefined) return app;
      const why =
        one === name ? 'an app cannot be its own middleware' : `deploy ${JSON.stringify(one)} first`;
      throw new TypeError(`${name} cannot be deployed behind ${JSON.stringify(one)}: ${why}`);
    });
  }

  #refuseWhenClosed(): void {
    if (this.#closed !== null) throw new WheelerError('SHUTTING_DOWN', 'The runtime was closed');
  }
}

/** From the exchange to what the web's side sees of it. */
class RequestUnderWay {
  readonly response: Promise<Response>;
  readonly outcome: Promise<Outcome>;
  readonly #exchange: Exchange;
  readonly #request: Request;
  readonly #body: WebBody | null;
  readonly #idleMsMax: number;
  #answer: WebResponse | null = null;

  constructor(exchange: Exchange, request: Request, body: WebBody | null, idleMsMax: number) {
    this.#exchange = exchange;
    this.#request = request;
    this.#body = body;
    this.#idleMsMax = idleMsMax;
    request.signal.addEventListener('abort', this.#onAbort);
    this.response = this.#respond();
    this.outcome = this.#end();
    // Whoever looks at the outcome only must not hear of the rejection otherwise.
    this.response.catch(() => {});
  }

  async #respond(): Promise<Response> {
    const outgoing = await this.#exchange.response.catch((error: unknown) => {
      throw this.#request.signal.aborted ? clientGone(this.#request.signal) : error;
    });
    this.#answer = toWebResponse(outgoing, this.#request.method, this.#idleMsMax);
    const fault = this.#body?.fault ?? null;
    if (fault === null) return this.#answer.response;
    // The client's fault gets the same answer whether or not the guest got past it.
    this.#answer.abort();
    throw new WheelerError(fault, 'The request body broke a limit while it was read');
  }

  async #end(): Promise<Outcome> {
    const outcome = await this.#exchange.done;
    this.#request.signal.removeEventListener('abort', this.#onAbort);
    this.#body?.cancel();
    const code = this.#body?.fault ?? null;
    if (code !== null) return { ...outcome, code };
    const ending = this.#answer?.ending ?? null;
    if (ending === null || ending.code === 'OK') return outcome;
    // A departure outweighs what was answered; a guest's failure outweighs the cut that it caused.
    if (ending.code !== 'CLIENT_GONE' && outcome.code !== 'OK') return outcome;
    return { ...outcome, code: ending.code, detail: outcome.detail ?? ending.detail };
  }

  readonly #onAbort = (): void => {
    this.#body?.abort();
    this.#answer?.abort();
    this.#exchange.cancel('client-gone');
  };
}

function clientGone({ reason }: AbortSignal): WheelerError {
  return new WheelerError('CLIENT_GONE', 'The request was aborted', { cause: reason });
}

async function settlesWithin(work: Promise<unknown>, msMax: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const alarm = startAlarm(msMax, () => late.resolve(false));
  const settled = await Promise.race([work.then(() => true), late.promise]);
  alarm.stop();
  return settled;
}
