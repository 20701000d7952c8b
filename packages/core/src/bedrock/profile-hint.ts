import { nameModel } from "./models.ts";

/** The inference profiles that may serve a region, the nearest first. */
const PROFILES: readonly (readonly [region: RegExp, profiles: string])[] = [
  [/^us-gov-/, "us-gov"],
  [/^us-/, "us global"],
  [/^ca-/, "ca us global"],
  [/^eu-/, "eu global"],
  [/^ap-northeast-[13]/, "jp apac global"],
  [/^ap-southeast-[246]/, "au apac global"],
  [/^ap-south-/, "in apac global"],
  [/^ap-/, "apac global"],
  [/^/, "global"],
];

/**
 * The prefixes of the inference profiles that may serve a region, the nearest first.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export function listNearProfiles(region: string): readonly string[] {
  return PROFILES.find(([pattern]) => pattern.test(region))?.[1].split(" ") ?? [];
}

/** Whether AWS says that a model is served through inference profiles only. */
export function isProfileOnly(message: string): boolean {
  return /on-demand throughput isn.t supported/i.test(message);
}

/**
 * A message of AWS, with the inference profiles to try where it says that a model is served through them only.
 *
 * @param region the AWS region that was asked
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export function addProfileHint(message: string, { id }: { readonly id: string }, region: string): string {
  const { bareId, profile } = nameModel(id);
  if (profile || bareId.startsWith("arn:") || !isProfileOnly(message)) return message;
  const ids = listNearProfiles(region).map((prefix) => JSON.stringify(`${prefix}.${bareId}`));
  return `${message} Give an inference profile as model, here most likely ${ids.join(" or ")}.`;
}
