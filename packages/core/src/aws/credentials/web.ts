import { createHost, type Host, type Modules } from "./host.ts";

/** Creates what sources of credentials need of the platform: on Bun and Deno, whose modules Node's are; else nothing. */
export function findHost(): Host | undefined {
  const { process }: { process?: Process } = globalThis;
  if (!process?.getBuiltinModule || !(process.versions?.["bun"] ?? process.versions?.["deno"])) return undefined;
  // That these platforms have what Node has is all that is known of them.
  const modules = ["fs", "os", "crypto", "child_process"].map((name) => process.getBuiltinModule?.(name));
  const [fs, os, crypto, childProcess] = modules as [...Parts, Awaited<ReturnType<Modules["importChildProcess"]>>];
  return createHost({ fs, os, crypto, importChildProcess: () => Promise.resolve(childProcess) });
}

type Parts = [Modules["fs"], Modules["os"], Modules["crypto"]];

interface Process {
  readonly versions?: Readonly<Record<string, string | undefined>>;
  readonly getBuiltinModule?: (name: string) => unknown;
}
