import { ConfigurationError } from "../../errors.ts";
import type { World } from "../../world.ts";
import { checkCredentials, type CredentialProvider, type Credentials, type CredentialSource } from "./credentials.ts";

/** Credentials are fetched anew this long before they expire, while requests go on with those that there are. */
const EARLY_MS = 5 * 60_000;
/** A fetch that takes longer is given up: the next that asks begins another. */
const GIVE_UP_MS = EARLY_MS;
/** After a fetch that failed while the present credentials are valid, the next one waits this long. */
const RETRY_MS = 30_000;

/**
 * Keeps what a provider gave until it expires, and fetches once however many ask. From five minutes before that on (of
 * a short life: from its half on) it fetches anew in the background. A fetch that fails leaves valid credentials in use.
 * Credentials that have expired when they come are used for half a minute: this clock may be wrong, and AWS has the last word.
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
  /** Until when `current` is used, on `world.now`. */
  let endMs = 0;
  /** When to fetch in the background, on `world.now`. */
  let refreshAtMs = Infinity;

  const fetchOnce = async (): Promise<Credentials> => {
    try {
      current = checkCredentials(await provider(), source);
      const now = world.now();
      const end = current.expiration?.getTime() ?? Infinity;
      endMs = end > now ? end : now + RETRY_MS;
      refreshAtMs = Math.max(endMs - EARLY_MS, (now + endMs) / 2);
      return current;
    } catch (cause) {
      refreshAtMs = world.now() + RETRY_MS;
      if (current && isValid()) return current;
      if (cause instanceof ConfigurationError) throw cause;
      const why = cause instanceof Error ? cause.name : "no Error";
      throw new ConfigurationError(`${source} gave no credentials: it threw ${why} (see cause).`, { cause });
    }
  };
  const refresh = shareFetch(fetchOnce, world);
  const isValid = (): boolean => world.now() < endMs;

  return {
    get: () => {
      if (!current || !isValid() || hasChanged?.()) return refresh();
      if (world.now() >= refreshAtMs) void refresh();
      return current;
    },
    invalidate: (used) => {
      if (current === used) current = undefined;
      return true;
    },
  };
}

/** Makes one fetch for all who ask while it is under way. */
function shareFetch<T>(fetch: () => Promise<T>, world: World): () => Promise<T> {
  let pending: Promise<T> | undefined;
  /** On `world.monotonic`. */
  let startedMs = 0;
  return () => {
    const now = world.monotonic();
    if (pending && now - startedMs < GIVE_UP_MS) return pending;
    startedMs = now;
    // Not in a `finally` of the function: one that throws at once would be done before it is remembered.
    const fetched = fetch().finally(() => {
      if (pending === fetched) pending = undefined;
    });
    pending = fetched;
    // Nobody may be waiting for it.
    fetched.catch(() => {});
    return fetched;
  };
}
