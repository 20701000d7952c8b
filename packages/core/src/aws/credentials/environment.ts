import { checkCredentials, type Credentials } from "./credentials.ts";
import { PassedOver, type Context } from "./source.ts";

/** `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`. */
export function fromEnvironment({ read }: Pick<Context, "read">): Credentials {
  const [accessKeyId, secretAccessKey] = [read("AWS_ACCESS_KEY_ID"), read("AWS_SECRET_ACCESS_KEY")];
  if (accessKeyId && secretAccessKey) {
    const pair = { accessKeyId, secretAccessKey, sessionToken: read("AWS_SESSION_TOKEN") };
    return checkCredentials(pair, "AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY");
  }
  const [id, secret] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId && !secretAccessKey) throw new PassedOver(`${id} and ${secret} are not set`);
  throw new PassedOver(accessKeyId ? `${id} is set without ${secret}` : `${secret} is set without ${id}`);
}
