// `wheeler build`: from a project's sources to a component that the deploy path takes, with what it is
// as a small table. A component that would be refused takes nobody's place.

import { relative } from 'node:path';
import type { Clock } from '../../abi/capabilities.ts';
import { BuildError } from '../../toolchain/build/build-error.ts';
import { type BuiltProject, buildProject } from '../../toolchain/build/build-project.ts';
import { describeBinary } from '../../toolchain/component/describe.ts';
import type { BuildWorld } from '../../toolchain/portable/build-world.ts';
import { makePortable, type Portable } from '../../toolchain/portable/make-portable.ts';
import { systemEntropy } from '../capabilities/entropy.ts';
import { checkComponent } from '../check-component.ts';
import { systemClock } from '../clock.ts';
import { writeComponent } from '../component-file.ts';
import { configurationIn, type Project, projectIn, projectsOf } from '../config/projects.ts';
import type { BuildArguments } from './arguments.ts';
import { sizeText, surfaceTable } from './component-report.ts';
import { type Paint, paintFor } from './paint.ts';
import { buildReport, findingsReport, mistakesReport, unreadable } from './reports.ts';
import type { ServeIo } from './serve.ts';
import { StartError } from './start-error.ts';

type BuildIo = Pick<ServeIo, 'out' | 'err' | 'env'>;

/**
 * Builds all projects that are meant. Resolves with the exit code: 1 when one of them does not build.
 * @throws `StartError` when there is none, or the configuration has mistakes.
 */
export async function build({ path, world }: BuildArguments, io: BuildIo): Promise<number> {
  const clock = systemClock();
  let failures = 0;
  for (const project of await findProjects(path, io)) {
    const report = await buildOne(project, world, clock, io);
    if (report === null) continue;
    io.err.write(report);
    failures += 1;
  }
  return failures === 0 ? 0 : 1;
}

async function findProjects(path: string, { err, env }: BuildIo): Promise<readonly Project[]> {
  const config = await configurationIn(path);
  if (config === null) return [projectIn(path)];
  const found = await projectsOf(config).catch((error: unknown) => {
    throw new StartError(unreadable(config, error));
  });
  if ('mistakes' in found) throw new StartError(mistakesReport(config, found.mistakes, paintFor(err, env)));
  if (found.projects.length > 0) return found.projects;
  throw new StartError(
    `No app in ${config} has a source: write source = "." where the project is this folder`,
  );
}

/** Null, or why there is no component. */
async function buildOne(
  project: Project,
  world: BuildWorld,
  clock: Clock,
  { out, err, env }: BuildIo,
): Promise<string | null> {
  const startedMs = clock.monotonicMs();
  const built = await buildProject(project.source).catch((error: unknown) => {
    if (error instanceof BuildError) return error;
    throw error;
  });
  if (built instanceof BuildError) return buildReport(project.name, built, paintFor(err, env));
  const file = relative('', project.component);
  const made = await madeFor(world, built.component, clock);
  if ('findings' in made) return findingsReport(project.name, file, made.findings, paintFor(err, env));
  await writeComponent(project.component, made.component);
  const paint = paintFor(out, env);
  out.write(builtReport(project.name, file, { ...built, ...made }, clock.monotonicMs() - startedMs, paint));
  return null;
}

/** The component in the world that is wanted, if it would be taken here, too. */
async function madeFor(world: BuildWorld, component: Uint8Array, clock: Clock): Promise<Portable> {
  const made = world === 'wasi:http/proxy' ? await makePortable(component) : { component };
  if ('findings' in made) return made;
  const { findings } = await checkComponent(made.component, { clock, entropy: systemEntropy() });
  return findings.length > 0 ? { findings } : made;
}

function builtReport(name: string, file: string, built: BuiltProject, ms: number, paint: Paint): string {
  const description = describeBinary(built.component);
  const { bytes, gzipBytes } = description;
  const head = `${paint.green('built')} ${paint.bold(name)} ${paint.dim(`from ${built.language} in ${ms.toFixed(0)} ms`)}`;
  return `${head}\n  ${paint.dim('file'.padEnd(10))}${file}\n  ${paint.dim('size'.padEnd(10))}${sizeText(bytes, gzipBytes)}\n${surfaceTable(description, paint)}`;
}
