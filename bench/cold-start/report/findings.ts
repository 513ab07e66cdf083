// What the figures say in sentences, the goals that they miss included. Every form of the report has these.
// A pure function; no figure is written here by hand.

import { AGREEMENT_MAX, type Agreement } from './agreement.ts';
import { figure, type Result } from './result.ts';

export interface Finding {
  /** Null where nothing was aimed at. */
  readonly met: boolean | null;
  readonly text: string;
}

export function findings(result: Result, agreement: readonly Agreement[]): Finding[] {
  const { summary, rows, details } = result;
  const found: Finding[] = [];
  const { fastestContainer: container, fastestContainerFirstByteMs: theirs, oursFirstByteMs: ours } = summary;
  if (theirs !== null && ours !== null)
    found.push({
      met: ours < theirs,
      text: `A version that the host has not loaded (AssemblyScript and Rust, the slower of the two) answers its first byte after ${figure(ours)} ms; the fastest container here, ${container}, after ${figure(theirs)} ms: ${ratioText(theirs, ours)}. Aimed at: sooner.`,
    });
  const sandbox = summary.oursSandboxFirstByteMs;
  const instruction = summary.oursSandboxFirstInstructionMs;
  const theirInstruction = summary.fastestContainerFirstInstructionMs;
  if (sandbox !== null && theirs !== null)
    found.push({
      met: null,
      text: `A sandbox in a running host against that container, both to the first byte: ${figure(sandbox)} ms against ${figure(theirs)} ms, ${ratioText(theirs, sandbox)}.`,
    });
  if (instruction !== null && theirInstruction !== null)
    found.push({
      met: null,
      text: `The same two to the first instruction of user code: ${figure(instruction)} ms against ${figure(theirInstruction)} ms, ${ratioText(theirInstruction, instruction)}.`,
    });
  const go = rows.find(({ contestant }) => contestant === 'wheeler, not loaded, Go');
  if (go?.firstByteP50Ms != null && theirs !== null)
    found.push({
      met: go.firstByteP50Ms < theirs,
      text: `Go, whose component carries Go's runtime, answers after ${figure(go.firstByteP50Ms)} ms when it was not loaded.`,
    });
  if (agreement.length > 0) {
    const apart = agreement.filter((one) => one.apart > AGREEMENT_MAX).map(({ contestant }) => contestant);
    const percent = AGREEMENT_MAX * 100;
    const others = rows.filter(({ installed }) => installed).length - 1 - agreement.length;
    const rest = others === 0 ? '' : ` ${others} rows were changed between the two and are not compared.`;
    found.push({
      met: apart.length === 0,
      text:
        apart.length === 0
          ? `The ratios of this run and of the one before agree within ${percent} % in all ${agreement.length} rows that both have.${rest}`
          : `The ratios of this run and of the one before are more than ${percent} % apart in ${apart.length} of ${agreement.length} rows: ${apart.join('; ')}. The table of the two runs shows their spread.${rest}`,
    });
  }
  const { expected, simulated } = details.warm;
  found.push({
    met: null,
    text: `On paper ${Math.round(expected).toLocaleString('en-US')} of the tenants are warm at any time; the simulation counts ${Math.round(simulated).toLocaleString('en-US')}.`,
  });
  return found;
}

function ratioText(theirs: number, ours: number): string {
  return theirs >= ours ? `${figure(theirs / ours)} times sooner` : `${figure(ours / theirs)} times later`;
}
