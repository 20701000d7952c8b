/** The settings of one section. Those of a nested block have its name and a dot in front: `s3.region`. */
export type Section = Readonly<Record<string, string>>;

/** Sections by name; those of a kind (`[profile dev]`) with a dot between kind and name: `profile.dev`. */
export type Sections = Readonly<Record<string, Section>>;

const KINDS = ["profile", "sso-session", "services"];

/**
 * Reads AWS's dialect of ini files, as the AWS SDK for JavaScript does: names are case-sensitive, comments begin with `#` or
 * `;` at the beginning of a line or after a space, and a name without a value begins a block, whose lines are indented.
 * Lines that are none of these say nothing.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function parseIni(text: string): Sections {
  const sections: Record<string, Record<string, string>> = Object.create(null) as Record<string, never>;
  let section = "";
  let block = "";
  for (const line of text.split(/\r?\n/)) {
    const content = (line.split(/(?:^|\s)[;#]/)[0] ?? "").trim();
    if (/^\[.*\]$/.test(content)) {
      section = parseTitle(content.slice(1, -1));
      block = "";
      continue;
    }
    const [, name, value = ""] = /^([^=]+)=(.*)$/.exec(content)?.map((part) => part.trim()) ?? [];
    if (!section || !name) continue;
    if (value === "") {
      block = `${name}.`;
      continue;
    }
    if (line.trimStart() === line) block = "";
    const settings = (sections[section] ??= Object.create(null) as Record<string, never>);
    settings[block + name] = value;
  }
  return sections;
}

/** The name of a section; `""` when it is of a kind that is not known. */
function parseTitle(title: string): string {
  const [, kind, , name] = /^([\w-]+)\s(["'])?([\w\-@+.%:/]+)\2$/.exec(title) ?? [];
  if (kind === undefined) return title;
  return KINDS.includes(kind) ? `${kind}.${name}` : "";
}
