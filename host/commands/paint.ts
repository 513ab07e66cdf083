// Colours for terminals, nothing elsewhere, so that no log or pipe has escapes in it.
// Spec: NO_COLOR (https://no-color.org).

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

export interface Terminal {
  readonly isTTY?: boolean | undefined;
}

export function paintFor(stream: Terminal, env: Readonly<Record<string, string | undefined>>): Paint {
  const plain = stream.isTTY !== true || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  const code = (open: number, close: number) => (text: string) =>
    plain ? text : `\u001b[${open}m${text}\u001b[${close}m`;
  return { bold: code(1, 22), dim: code(2, 22), red: code(31, 39), green: code(32, 39), cyan: code(36, 39) };
}
