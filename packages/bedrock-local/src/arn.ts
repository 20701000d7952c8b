/** The account that all of the local Bedrock's resources belong to. */
const ACCOUNT_ID = "123456789012";

const PARTITIONS: readonly (readonly [regionPrefix: string, partition: string])[] = [
  ["us-gov-", "aws-us-gov"],
  ["cn-", "aws-cn"],
  ["eusc-", "aws-eusc"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
];

/**
 * The ARN of a resource of Bedrock, as `arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1`.
 *
 * @param accountId `""` for what belongs to AWS, as foundation models do.
 */
export function renderArn(region: string, resource: string, accountId: string = ACCOUNT_ID): string {
  const [, partition] = PARTITIONS.find(([prefix]) => region.startsWith(prefix)) ?? ["", "aws"];
  return `arn:${partition}:bedrock:${region}:${accountId}:${resource}`;
}
