import { parseIni, type Section, type Sections } from "./ini.ts";
import type { SharedConfig, Surroundings } from "./source.ts";

/** The home directory, as AWS's SDK for JavaScript finds it. */
export function homeDirectory({ read, host }: Pick<Surroundings, "read" | "host">): string {
  const path = read("HOMEPATH");
  return (
    read("HOME") ??
    read("USERPROFILE") ??
    (path ? (read("HOMEDRIVE") ?? "C:\\") + path : undefined) ??
    host.homeDirectory
  );
}

/**
 * Where the shared files are: `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/config` and
 * `~/.aws/credentials`.
 */
export function configPaths(surroundings: Pick<Surroundings, "read" | "host">): SharedConfig["paths"] {
  const home = homeDirectory(surroundings);
  const find = (variable: string, name: string): string =>
    (surroundings.read(variable) ?? `~/.aws/${name}`).replace(/^~(?=\/)/, () => home);
  return [find("AWS_CONFIG_FILE", "config"), find("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
}

/**
 * Reads the shared files. One that is not there says nothing, nor does one that cannot be read.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
 */
export async function loadSharedConfig(surroundings: Surroundings): Promise<SharedConfig> {
  const paths = configPaths(surroundings);
  const unread: string[] = [];
  const open = async (path: string): Promise<Sections> => {
    try {
      return parseIni(await surroundings.host.readText(path));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "no text";
      if (code !== "ENOENT") unread.push(`${path} cannot be read (${code})`);
      return {};
    }
  };
  const [sections, credentials] = await Promise.all([open(paths[0]), open(paths[1])]);
  const profiles: Record<string, Section> = Object.create(null) as Record<string, never>;
  const add = (name: string, section: Section): void => {
    profiles[name] = { ...profiles[name], ...section };
  };
  for (const [name, section] of Object.entries(sections)) {
    if (name.startsWith("profile.")) add(name.slice("profile.".length), section);
    else if (name === "default" && !sections["profile.default"]) add(name, section);
  }
  for (const [name, section] of Object.entries(credentials)) add(name, section);
  return { paths, unread, profiles, sections, profile: profiles[surroundings.profileName] ?? {} };
}
