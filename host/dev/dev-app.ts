// One app of `wheeler dev`: whenever its sources change it is built and deployed, and the new version
// takes over; requests under way finish on the one before. What fails is kept to be shown, while
// the last good version goes on answering. Step 3 of the request path, under dev.

import type { IncomingRequest } from '../../abi/messages.ts';
import type { Admit } from '../admission.ts';
import { unreadable } from '../commands/reports.ts';
import { readComponent } from '../component-file.ts';
import type { AppSettings } from '../config/settings.ts';
import type { Deployer } from '../deploy.ts';
import { type Exchange, NO_USAGE } from '../exchange.ts';
import type { Target } from '../http/serve.ts';
import { App } from '../library/app.ts';
import type { Builder, BuildResult } from './builder.ts';
import type { DevReport } from './dev-report.ts';
import { buildFailure, type DevFailure, refusal } from './failure.ts';
import { withNotice } from './failure-notice.ts';
import { failurePage } from './failure-page.ts';
import { type Watching, watchFile, watchFolder } from './watch-files.ts';

export interface DevAppTools {
  readonly builder: Builder;
  readonly deployer: Deployer;
  readonly admit: Admit;
  readonly report: DevReport;
  readonly nowMs: () => number;
}

export class DevApp {
  readonly #tools: DevAppTools;
  readonly #watching: Watching;
  #settings: AppSettings;
  /** Null until something could be deployed. */
  #app: App | null = null;
  #failure: DevFailure | null;
  /** What the present version was made of. */
  #deployed: { readonly component: Uint8Array; readonly settings: AppSettings } | null = null;
  #changedMs: number | null = null;
  #rounds: Promise<void> | null = null;

  /** @throws Node's error when its files cannot be watched. */
  constructor(settings: AppSettings, tools: DevAppTools) {
    this.#settings = settings;
    this.#tools = tools;
    this.#failure = { app: settings.name, title: 'It is being built', text: '', place: null };
    const { source, component } = settings;
    const options = {
      onChange: () => void this.change(),
      onError: (error: Error) => tools.report.watchFailed(settings.name, error),
    };
    this.#watching = source === undefined ? watchFile(component, options) : watchFolder(source, options);
  }

  /** What is wrong with the sources as they are now. */
  get failure(): DevFailure | null {
    return this.#failure;
  }

  get settings(): AppSettings {
    return this.#settings;
  }

  get target(): Target {
    const { name, limits, serverTiming } = this.#settings;
    return { app: name, limits, serverTiming, dispatch: (request, hops) => this.#start(request, hops) };
  }

  /** Whether `settings` are of the same sources, or the same component. */
  isOf({ source, component }: AppSettings): boolean {
    return (
      source === this.#settings.source && (source !== undefined || component === this.#settings.component)
    );
  }

  /** Something has changed. Resolves when what is there now has been built. */
  change(): Promise<void> {
    this.#changedMs = this.#tools.nowMs();
    this.#rounds ??= this.#run().finally(() => {
      this.#rounds = null;
    });
    return this.#rounds;
  }

  /** The same sources, under other settings. */
  configure(settings: AppSettings): Promise<void> {
    this.#settings = settings;
    return this.change();
  }

  /** Nothing is started any more: what is under way finishes first. */
  async retire(): Promise<void> {
    this.#watching.close();
    await this.#app?.idle();
    await this.close();
  }

  /** Lets the connections go at once. */
  async close(): Promise<void> {
    this.#watching.close();
    await this.#app?.close();
  }

  #start(request: IncomingRequest, hops: number): Exchange {
    const failure = this.#failure;
    if (this.#app === null)
      return answering(failurePage(failure === null ? [] : [failure], 500, acceptOf(request)));
    const exchange = this.#app.start(request, hops);
    return failure === null ? exchange : withNotice(exchange, request, failure);
  }

  /** Round after round until nothing has changed meanwhile. */
  async #run(): Promise<void> {
    while (this.#changedMs !== null) {
      const changedMs = this.#changedMs;
      this.#changedMs = null;
      await this.#round(changedMs).catch((error: unknown) => {
        // Ours to mend; the author's server goes on meanwhile.
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#fail({
          app: this.#settings.name,
          title: 'wheeler failed, please report it',
          text,
          place: null,
        });
      });
    }
  }

  async #round(changedMs: number): Promise<void> {
    const settings = this.#settings;
    const { report, nowMs } = this.#tools;
    const built = await this.#component(settings);
    if ('problem' in built) return this.#fail(buildFailure(settings.name, built.problem));
    const { component } = built;
    const isSame =
      this.#deployed?.settings === settings && Buffer.compare(this.#deployed.component, component) === 0;
    if (isSame) report.unchanged(settings.name, this.#failure !== null);
    else {
      const failure = await this.#deploy(component, settings);
      if (failure !== null) return this.#fail(failure);
      report.swapped(settings.name, nowMs() - changedMs, component.length);
    }
    this.#failure = null;
  }

  async #component({ source, component }: AppSettings): Promise<BuildResult> {
    if (source !== undefined) return this.#tools.builder.build(source);
    return readComponent(component).then(
      (bytes) => ({ component: bytes }),
      (error: unknown) => ({ problem: unreadable(component, error) }),
    );
  }

  /** Null when the new version answers. */
  async #deploy(component: Uint8Array, settings: AppSettings): Promise<DevFailure | null> {
    const deployed = await this.#tools.deployer.deploy(component, settings);
    if ('findings' in deployed) return refusal(settings.name, deployed.findings);
    if (this.#app === null) this.#app = new App(deployed.version, this.#tools.admit);
    else this.#app.swap(deployed.version);
    this.#deployed = { component, settings };
    return null;
  }

  #fail(failure: DevFailure): void {
    this.#failure = failure;
    this.#tools.report.failed(failure, this.#app !== null);
  }
}

export function acceptOf(request: IncomingRequest): string | undefined {
  return request.headers.find(([name]) => name === 'accept')?.[1];
}

/** An exchange without a guest. */
export function answering(response: Awaited<Exchange['response']>): Exchange {
  return {
    response: Promise.resolve(response),
    done: Promise.resolve({ code: 'OK', ...NO_USAGE, detail: null, crash: null }),
    cpuMs: 0,
    cancel: () => {},
  };
}
