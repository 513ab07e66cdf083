// `wheeler inspect`: what a file is, what it imports and exports with all types, and what would stand
// against serving it. As text or, with `--json`, as one object. Executes nothing with a grant.

import { type Description, describeBinary } from '../../toolchain/component/describe.ts';
import { systemEntropy } from '../capabilities/entropy.ts';
import { type Checked, checkComponent } from '../check-component.ts';
import { systemClock } from '../clock.ts';
import { readComponent } from '../component-file.ts';
import type { InspectArguments } from './arguments.ts';
import { headline, modulesTable, surfaceTable, worldOf } from './component-report.ts';
import { type Paint, paintFor } from './paint.ts';
import { findingsTable, unreadable } from './reports.ts';
import type { ServeIo } from './serve.ts';
import { StartError } from './start-error.ts';

/**
 * Resolves with the exit code: 0 for what can be served, 1 for what would be refused.
 * @throws `StartError` when the file cannot be read.
 */
export async function inspect(
  { file, json }: InspectArguments,
  io: Pick<ServeIo, 'out' | 'env'>,
): Promise<number> {
  const bytes = await readComponent(file).catch((error: unknown) => {
    throw new StartError(unreadable(file, error));
  });
  const description = describeBinary(bytes);
  const checked = await checkComponent(bytes, { clock: systemClock(), entropy: systemEntropy() });
  const text = json
    ? asJson(file, description, checked)
    : asText(file, description, checked, paintFor(io.out, io.env));
  io.out.write(text);
  return checked.findings.length === 0 ? 0 : 1;
}

function asJson(file: string, description: Description, { findings, freshBecause }: Checked): string {
  const { kind, bytes, gzipBytes, ...inside } = description;
  const outside = { file, kind, bytes, gzipBytes, world: worldOf(description) };
  const verdict = { accepted: findings.length === 0, freshBecause, findings };
  return `${JSON.stringify({ ...outside, ...inside, ...verdict }, null, 2)}\n`;
}

function asText(file: string, description: Description, checked: Checked, paint: Paint): string {
  const { findings, freshBecause } = checked;
  const { kind, wit, modules } = description;
  const title = (text: string) => `\n${paint.bold(text)}\n`;
  const verdict =
    findings.length === 0
      ? `\n${paint.green('Nothing stands against it')}: wheeler serve ${file}\n`
      : `\n${paint.red('It would be refused')}\n${findingsTable(findings, paint)}`;
  return [
    headline(file, description, paint),
    ...(wit !== null || modules.length > 0 ? [`\n${surfaceTable(description, paint)}`] : []),
    ...(modules.length > 0
      ? [title(kind === 'component' ? 'Core modules' : 'Inside'), modulesTable(modules, paint)]
      : []),
    ...(freshBecause !== null ? [title('Instances'), `  fresh for each request: ${freshBecause}\n`] : []),
    ...(wit !== null ? [title('WIT'), wit.replace(/^(?=.)/gm, '  ')] : []),
    verdict,
  ].join('');
}
