// Apps of examples for their tests, each made once for the same settings: making one of a large
// component takes longer than most tests.

import { type AppOptions, prebuiltApp, type TestApp } from './apps.ts';

type Settings = Required<Pick<AppOptions, 'variables' | 'secrets'>>;

export class ExampleApps {
  readonly #made = new Map<string, Promise<TestApp>>();

  /** The prebuilt guest with these variables and secrets, granted the origins of all variables that are URLs. */
  get(name: string, { variables, secrets }: Settings): Promise<TestApp> {
    const key = JSON.stringify([name, variables, secrets]);
    const grants = Object.values(variables)
      .filter((value) => URL.canParse(value))
      .map((url) => ({ origin: new URL(url).origin, private: true }));
    const app = this.#made.get(key) ?? prebuiltApp(name, { variables, secrets, grants });
    this.#made.set(key, app);
    return app;
  }

  async close(): Promise<void> {
    for (const app of this.#made.values()) await (await app).close();
  }
}
