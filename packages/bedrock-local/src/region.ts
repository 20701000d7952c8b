const SCOPE = /^AWS4-HMAC-SHA256\s.*?Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]{1,20})\//;
const DEFAULT_REGION = "us-east-1";

/**
 * The region that the resources of an answer are named after: the server's own when it has one, else that of the
 * request's signature, else `us-east-1`.
 *
 * @param authorization the request's header of this name.
 */
export function findRegion(ownRegion: string | undefined, authorization: string | undefined): string {
  return ownRegion ?? SCOPE.exec(authorization ?? "")?.[1] ?? DEFAULT_REGION;
}
