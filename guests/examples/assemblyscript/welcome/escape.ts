// Text as it may stand in HTML, between tags or in an attribute's double quotes.

export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
