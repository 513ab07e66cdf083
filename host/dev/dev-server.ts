// The server of `wheeler dev`: apps that are built from sources, behind the same HTTP as in
// production, and a page that says what is wrong with them. Settings can change while it runs.

import { randomFillSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { APP_LIMITS } from '../../abi/limits.ts';
import type { AccessEntry } from '../access-log.ts';
import { withMiddleware } from '../chain.ts';
import type { AppSettings, ServerSettings, Settings } from '../config/settings.ts';
import { openGeoDatabases } from '../geo-databases.ts';
import { proxyTrust } from '../http/proxy-trust.ts';
import type { Target } from '../http/serve.ts';
import { requestIds } from '../request-id.ts';
import { type Router, router } from '../router.ts';
import { HttpServer } from '../server.ts';
import { acceptOf, answering, DevApp, type DevAppTools } from './dev-app.ts';
import { FAILURES_PATH } from './failure-notice.ts';
import { failurePage } from './failure-page.ts';

export interface DevServerOptions extends DevAppTools {
  readonly onAccess: (entry: AccessEntry) => void;
}

export class DevServer {
  readonly #options: DevServerOptions;
  readonly #server: HttpServer;
  readonly #drainMsMax: number;
  readonly #apps = new Map<string, DevApp>();
  #find: Router<string> = () => null;

  constructor(server: ServerSettings, options: DevServerOptions) {
    this.#options = options;
    this.#drainMsMax = server.drainMsMax;
    this.#server = new HttpServer({
      route: (hostname, path) => this.#route(hostname, path),
      trust: proxyTrust({
        ...server,
        proxies: server.trustedProxies,
        placeOf: openGeoDatabases(server.geoDatabases),
      }),
      newRequestId: requestIds(randomFillSync),
      nowMs: options.nowMs,
      dev: true,
      onAccess: options.onAccess,
    });
  }

  /** @throws Node's error, `EADDRINUSE` for one. */
  listen(host: string, port: number): Promise<AddressInfo> {
    return this.#server.listen(host, port);
  }

  get inFlight(): number {
    return this.#server.inFlight;
  }

  /**
   * From now on these are the apps. Resolves when those that are new or different have been built.
   * @throws Node's error when an app's files cannot be watched.
   */
  async apply({ apps }: Pick<Settings, 'apps'>): Promise<void> {
    const rounds = apps.map((settings) => this.#applyOne(settings));
    this.#find = router(apps.flatMap(({ name, routes }) => routes.map((route) => ({ ...route, app: name }))));
    const names = new Set(apps.map(({ name }) => name));
    for (const [name, app] of [...this.#apps].filter(([each]) => !names.has(each))) {
      this.#apps.delete(name);
      void app.retire();
    }
    await Promise.all(rounds);
  }

  async close(): Promise<void> {
    await this.#server.close(this.#drainMsMax);
    await Promise.all([...this.#apps.values()].map((app) => app.close()));
  }

  targetOf(app: string): Target | null {
    const found = this.#apps.get(app);
    if (found === undefined) return null;
    const own = new Map([...this.#apps].map(([name, { target }]) => [name, target.dispatch]));
    return { ...found.target, dispatch: withMiddleware(found.settings, own) };
  }

  #applyOne(settings: AppSettings): Promise<void> {
    const known = this.#apps.get(settings.name);
    if (known?.isOf(settings)) return known.configure(settings);
    const app = new DevApp(settings, this.#options);
    this.#apps.set(settings.name, app);
    void known?.retire();
    return app.change();
  }

  #route(hostname: string, path: string): Target | null {
    if (path === FAILURES_PATH) return this.#failures;
    const app = this.#find(hostname, path);
    return app === null ? null : this.targetOf(app);
  }

  readonly #failures: Target = {
    app: 'wheeler',
    limits: APP_LIMITS,
    serverTiming: false,
    dispatch: (request) => {
      const failures = [...this.#apps.values()].flatMap(({ failure }) => failure ?? []);
      return answering(failurePage(failures, failures.length === 0 ? 200 : 500, acceptOf(request)));
    },
  };
}
