import { objectOf, stringOf, tryParse } from "../../types/json.ts";
import { checkCredentials, type Credentials } from "./credentials.ts";
import { PassedOver, type Context } from "./source.ts";

interface Ending {
  readonly code?: unknown;
  readonly killed?: unknown;
  readonly signal?: unknown;
}

/**
 * Runs the profile's `credential_process`, which has a minute and no input, and reads the JSON that it prints.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export async function fromProcess({ host, world }: Context, command: string): Promise<Credentials> {
  let output: string;
  try {
    output = await host.run(command);
  } catch (error) {
    // Neither the command nor what it printed may go into an error: both can hold secrets.
    const { code, killed, signal }: Ending = typeof error === "object" && error !== null ? error : {};
    const why = code ?? (killed === true ? "it took more than a minute, or asked for something" : signal);
    throw new PassedOver(`its credential_process failed (${String(why)}): run the command yourself to see why`);
  }
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = objectOf(tryParse(output.trim())) ?? {};
  if (Version !== 1 || AccessKeyId === undefined || SecretAccessKey === undefined) {
    throw new PassedOver(
      "its credential_process printed no JSON with Version 1, AccessKeyId and SecretAccessKey: see the AWS CLI's manual",
    );
  }
  const expiration = Expiration ? new Date(stringOf(Expiration) ?? NaN) : undefined;
  if (expiration && expiration.getTime() < world.now()) {
    throw new PassedOver("its credential_process printed credentials that have expired");
  }
  const given = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken || undefined };
  return checkCredentials({ ...given, expiration }, "credential_process");
}
