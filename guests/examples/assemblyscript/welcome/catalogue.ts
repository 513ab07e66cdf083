// What the lines of EXAMPLES say, as HTML: a section for each example, with a button for each
// request that can be tried.

import { escape } from "./escape";

export class Catalogue {
  private parts: string[] = [];
  private isOpen: bool = false;
  private commands: string[] = [];
  /** Of the section that is open: the example whose source it shows, with its language if it has only one. */
  private example: string = "";
  /** Where the token for the next request comes from, and what it is called. */
  private token: string = "";
  private tokenName: string = "";

  constructor(
    private origin: string,
    /** Where sources are, before language and name; null when they are not shown. */
    private sources: string | null,
    private languages: string[],
  ) {
    if (languages.length > 1) this.addLanguages();
  }

  add(lines: string[]): void {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i].trim();
      const rest = line.substring(2);
      if (line.startsWith("# ")) this.open(rest);
      else if (line.startsWith("> ")) this.addRequest(rest);
      else if (line.startsWith("@ ")) this.expectToken(rest);
      else if (line.startsWith("$ ")) this.commands.push(rest.replaceAll("{origin}", this.origin));
      else if (line.length) this.parts.push("<p>" + escape(line) + "</p>\n");
    }
    this.close();
  }

  html(): string {
    return this.parts.join("");
  }

  private addLanguages(): void {
    this.parts.push('<div class="languages" role="radiogroup" aria-label="Language of the examples">');
    for (let i = 0; i < this.languages.length; i++) {
      const value = escape(this.languages[i]);
      const checked = i ? "" : " checked";
      this.parts.push('<label><input type="radio" name="language" value="' + value + '"' + checked + "> " + nameOf(value) + "</label>");
    }
    this.parts.push("</div>\n");
  }

  private open(title: string): void {
    this.close();
    this.isOpen = true;
    this.parts.push("<section>\n<h2>" + escape(title) + "</h2>\n");
  }

  private close(): void {
    if (this.commands.length) this.parts.push('<pre tabindex="0">' + escape(this.commands.join("\n")) + "\n</pre>\n");
    this.commands = [];
    if (!this.isOpen) return;
    if (this.example.length) {
      this.parts.push('<div class="answer" role="status"></div>\n');
      this.addSource();
    }
    this.parts.push("</section>\n");
    this.isOpen = false;
    this.example = "";
  }

  /** `PATH NAME`. */
  private expectToken(line: string): void {
    const space = line.indexOf(" ");
    this.token = space < 0 ? line : line.substring(0, space);
    this.tokenName = space < 0 ? "a token" : line.substring(space + 1);
  }

  /** `NAME METHOD PATH BODY`, the body being optional. */
  private addRequest(line: string): void {
    const words = line.split(" ");
    if (words.length < 3) return;
    const name = words[0];
    const method = words[1];
    const path = words[2];
    const body = words.slice(3).join(" ");
    this.example = name;
    const label = method + " " + path + (this.token.length ? ", with " + this.tokenName : "");
    let data = this.dataOf(name) + ' data-path="' + escape(path) + '" data-method="' + escape(method) + '"';
    if (body.length) data += ' data-body="' + escape(body) + '"';
    if (this.token.length) data += ' data-token="' + escape(this.token) + '"';
    this.parts.push('<p class="try"><button type="button"' + data + "><b>Try</b> <code>" + escape(label) + "</code></button>");
    if (body.length) this.parts.push(" <code>" + escape(body) + "</code>");
    if (method == "GET" && !this.token.length) {
      const first = name.includes("/") ? name : this.languages.length ? this.languages[0] + "/" + name : name;
      this.parts.push(' <a href="/' + escape(first + path) + '"' + this.dataOf(name) + ' data-path="' + escape(path) + '">open</a>');
    }
    this.parts.push("</p>\n");
    this.token = "";
  }

  private addSource(): void {
    const sources = this.sources;
    if (sources === null) return;
    const at = ' data-sources="' + escape(sources) + '"' + this.dataOf(this.example);
    this.parts.push("<details" + at + '><summary>Source</summary><pre tabindex="0"></pre></details>\n');
  }

  /** The name of an example, and its language where it has only one. */
  private dataOf(name: string): string {
    const slash = name.indexOf("/");
    if (slash < 0) return ' data-name="' + escape(name) + '"';
    return ' data-language="' + escape(name.substring(0, slash)) + '" data-name="' + escape(name.substring(slash + 1)) + '"';
  }
}

function nameOf(language: string): string {
  if (language == "assemblyscript") return "AssemblyScript";
  return language.charAt(0).toUpperCase() + language.substring(1);
}
