import type { Ending, HeaderList } from "./exchange.ts";
import type { OperationName } from "./router.ts";

/**
 * A request that the server received, for tests to look at. It is listed as soon as its headers are there; the rest
 * is filled in while it is handled.
 */
export interface ReceivedRequest {
  /** The `x-amzn-requestid` of the answer. */
  readonly id: string;
  readonly method: string;
  /** Path and query as received, nothing decoded. */
  readonly path: string;
  /** `"1.1"` or `"2.0"`. */
  readonly httpVersion: string;
  /** Headers by lower-case name; several values of one name are joined with `,`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers in the order of the wire, names as received. */
  readonly rawHeaders: HeaderList;
  /** Empty until the whole body has arrived. */
  readonly body: Uint8Array;
  /** The body parsed as JSON; `undefined` when it is not JSON. */
  readonly json: unknown;
  readonly operation: OperationName | undefined;
  readonly modelId: string | undefined;
  /** Whether the signature or API key was accepted. */
  readonly authorized: boolean;
  /** The access key id, `"api-key"`, or `"anonymous"` when nothing was checked; `undefined` when it was refused. */
  readonly principal: string | undefined;
  /** When it came, in milliseconds since 1970 by the server's clock. */
  readonly startedAt: number;
  /** Status of the answer, once it began. */
  readonly status: number | undefined;
  /** Settles when the exchange is over: `"aborted"` when the client or a script broke it off. Never rejects. */
  readonly closed: Promise<Ending>;
}

/** The members of a received request that are filled in while it is handled. */
export interface RequestRecord extends ReceivedRequest {
  body: Uint8Array;
  operation: OperationName | undefined;
  modelId: string | undefined;
  authorized: boolean;
  principal: string | undefined;
}

/** What of a request is known when its headers have arrived. */
export interface RequestHead {
  readonly id: string;
  readonly startedAt: number;
  readonly exchange: {
    readonly method: string;
    readonly target: string;
    readonly httpVersion: string;
    readonly rawHeaders: HeaderList;
    readonly status: number | undefined;
    readonly closed: Promise<Ending>;
  };
}

/** Begins the record of a request. */
export function createRequestRecord({ id, startedAt, exchange }: RequestHead): RequestRecord {
  return {
    id,
    startedAt,
    method: exchange.method,
    path: exchange.target,
    httpVersion: exchange.httpVersion,
    rawHeaders: exchange.rawHeaders,
    headers: joinHeaders(exchange.rawHeaders),
    closed: exchange.closed,
    body: new Uint8Array(),
    operation: undefined,
    modelId: undefined,
    authorized: false,
    principal: undefined,
    get status(): number | undefined {
      return exchange.status;
    },
    get json(): unknown {
      try {
        const value: unknown = JSON.parse(Buffer.from(this.body).toString("utf8"));
        return value;
      } catch {
        return undefined;
      }
    },
  };
}

/** Joins the values of each header with `,`, as the canonical request of a signature needs them. */
function joinHeaders(rawHeaders: HeaderList): Record<string, string> {
  const byName = new Map<string, string>();
  for (const [name, value] of rawHeaders) {
    const key = name.toLowerCase();
    const earlier = byName.get(key);
    byName.set(key, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(byName);
}
