// How a label of the Component Model is spelled in JavaScript: `client-address` becomes
// `clientAddress`. The same mapping as everywhere in the JavaScript component tools.

export function camelCase(label: string): string {
  return label.toLowerCase().replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
