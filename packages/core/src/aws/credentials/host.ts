/** What sources of credentials need of a platform, beside HTTP. */
export interface Host {
  /** Of the process's user; `""` when it has none. */
  readonly homeDirectory: string;
  /** @throws when it cannot be read */
  readText(path: string): Promise<string>;
  /** Replaces a file as a whole; only its owner may read it. */
  writeText(path: string, text: string): Promise<void>;
  /** Tells one state of a file from another; `undefined` when there is none. */
  fingerprint(path: string): string | undefined;
  /**
   * Runs a command in a shell, without input, and for a minute at most.
   *
   * @returns what it printed
   * @throws {Error} with an exit code in `code`; with `killed` when it was stopped, and the `signal` that ended it
   */
  run(command: string): Promise<string>;
  /** In lower-case hex. */
  hash(algorithm: "sha1" | "sha256", text: string): string;
  /** A random UUID. */
  randomId(): string;
  /**
   * Signs with the private key, in PEM, of the curve P-256.
   *
   * @param text makes what is signed out of the public key's coordinates, in base64url
   * @returns the text, a dot, and the signature in base64url
   */
  signEs256(pem: string, text: (x: string, y: string) => string): string;
}

/** The parts of Node's modules that a {@link Host} is made of. Bun and Deno have them, too. */
export interface Modules {
  readonly fs: {
    readonly promises: {
      readFile(path: string, encoding: "utf8"): Promise<string>;
      writeFile(path: string, text: string, options: { mode: number }): Promise<void>;
      rename(from: string, to: string): Promise<void>;
      rm(path: string, options: { force: true }): Promise<void>;
    };
    statSync(path: string, options: { throwIfNoEntry: false }): { mtimeMs: number; size: number } | undefined;
  };
  readonly os: { homedir(): string };
  readonly crypto: {
    createHash(algorithm: string): { update(text: string): { digest(encoding: "hex"): string } };
    createPublicKey(pem: string): { export(options: { format: "jwk" }): { x?: string; y?: string } };
    sign(algorithm: string, data: Uint8Array, key: { key: string; dsaEncoding: "ieee-p1363" }): Uint8Array;
    randomUUID(): string;
  };
  /** Loaded when a command is to be run. */
  importChildProcess(): Promise<{
    exec(
      command: string,
      options: { windowsHide: boolean; timeout: number },
      done: (error: Error | null, output: string) => void,
    ): { readonly stdin: { end(): unknown } | null };
  }>;
}

const COMMAND_MS = 60_000;

/** Creates a host from Node's modules. */
export function createHost(modules: Modules): Host {
  const { fs, os, crypto } = modules;
  return {
    get homeDirectory() {
      try {
        return os.homedir();
      } catch {
        // Containers may run as a user that the system does not know.
        return "";
      }
    },
    readText: (path) => fs.promises.readFile(path, "utf8"),
    writeText: async (path, text) => {
      const draft = `${path}.${crypto.randomUUID()}.tmp`;
      try {
        await fs.promises.writeFile(draft, text, { mode: 0o600 });
        await fs.promises.rename(draft, path);
      } catch (error) {
        await fs.promises.rm(draft, { force: true });
        throw error;
      }
    },
    fingerprint: (path) => {
      try {
        const found = fs.statSync(path, { throwIfNoEntry: false });
        return found && `${found.mtimeMs} ${found.size}`;
      } catch {
        // A folder that may not be entered, or a file where a folder should be.
        return undefined;
      }
    },
    run: async (command) => {
      const childProcess = await modules.importChildProcess();
      return new Promise((resolve, reject) => {
        const options = { windowsHide: true, timeout: COMMAND_MS };
        const child = childProcess.exec(command, options, (error, output) => (error ? reject(error) : resolve(output)));
        // One that asks for something would wait for ever.
        child.stdin?.end();
      });
    },
    randomId: () => crypto.randomUUID(),
    hash: (algorithm, text) => crypto.createHash(algorithm).update(text).digest("hex"),
    signEs256: (pem, text) => {
      const { x = "", y = "" } = crypto.createPublicKey(pem).export({ format: "jwk" });
      const message = text(x, y);
      const signature = crypto.sign("sha256", new TextEncoder().encode(message), {
        key: pem,
        dsaEncoding: "ieee-p1363",
      });
      return `${message}.${encodeBase64Url(signature)}`;
    },
  };
}

/** Base64url of bytes, or of a string's UTF-8 bytes. */
export function encodeBase64Url(data: Uint8Array | string): string {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
