import { ConfigurationError } from "../../errors.ts";
import type { World } from "../../world.ts";
import { checkCredentials, type CredentialProvider, type Credentials, type CredentialSource } from "./credentials.ts";

/** Credentials are fetched anew this long before they expire, while requests go on with those that there are. */
const EARLY_MS = 5 * 60_000;
/** After a fetch that failed while the present credentials are valid, the next one waits this long. */
const RETRY_MS = 30_000;

/**
 * Keeps what a provider gave until it expires, and fetches once however many ask. From five minutes before that on (of
 * a short life: from its half on) it fetches anew in the background. A fetch that fails leaves valid credentials in use.
 *
 * @param hasChanged whether what the credentials were read from is another now: then the next `get` waits for a new fetch
 * @param source the option that the provider comes from, for errors
 * @throws {ConfigurationError} from `get` when the provider fails (`cause` is its error) or gives no key pair
 */
export function cachedCredentials(
  provider: CredentialProvider,
  world: World,
  hasChanged?: () => boolean,
  source: string = "bedrockCredentials()",
): CredentialSource {
  let current: Credentials | undefined;
  let pending: Promise<Credentials> | undefined;
  /** When to fetch in the background, on `world.now`. */
  let refreshAtMs = Infinity;

  const fetchOnce = async (): Promise<Credentials> => {
    try {
      current = checkCredentials(await provider(), source);
      const now = world.now();
      const end = current.expiration?.getTime() ?? Infinity;
      refreshAtMs = Math.max(end - EARLY_MS, (now + end) / 2);
      return current;
    } catch (cause) {
      refreshAtMs = world.now() + RETRY_MS;
      if (current && isValid(current)) return current;
      if (cause instanceof ConfigurationError) throw cause;
      const why = cause instanceof Error ? cause.name : "no Error";
      throw new ConfigurationError(`${source} gave no credentials: it threw ${why} (see cause).`, { cause });
    }
  };
  const refresh = (): Promise<Credentials> => {
    if (!pending) {
      // Not in a `finally` of the function: one that throws at once would be done before it is remembered.
      pending = fetchOnce().finally(() => (pending = undefined));
      // Nobody may be waiting for it.
      pending.catch(() => {});
    }
    return pending;
  };
  const isValid = ({ expiration }: Credentials): boolean =>
    expiration === undefined || expiration.getTime() > world.now();

  return {
    get: () => {
      if (!current || !isValid(current) || hasChanged?.()) return refresh();
      if (world.now() >= refreshAtMs) void refresh();
      return current;
    },
    invalidate: (used) => {
      if (current === used) current = undefined;
      return true;
    },
  };
}
