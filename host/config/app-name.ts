// The name of an app that nobody gave a name, made of the name of its file or folder.
// Used where no configuration names it: `wheeler serve`, `dev`, `build` and `new`. Pure.

/** Lower-case letters, digits and hyphens only, as in a configuration; `app` when nothing is left. */
export function appNameOf(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name === '' ? 'app' : name;
}
