/**
 * Shapes of StartAsyncInvoke and CreateModelInvocationJob.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html and
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
 */
import { document, integer, list, oneOf, string, structure, union } from "./builders.ts";
import { modelId } from "./converse.ts";
import type { StringShape, StructureShape } from "./types.ts";

const accountId = string({ pattern: "[0-9]{12}" });
const key = "(key/[a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)";
const kmsArn = `arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:(${key})`;
const tags = list(
  structure("Tag", {
    "key*": string({ min: 1, max: 128, pattern: "[a-zA-Z0-9\\s._:/=+@-]*" }),
    "value*": string({ min: 0, max: 256, pattern: "[a-zA-Z0-9\\s._:/=+@-]*" }),
  }),
  { max: 200 },
);

export const startAsyncInvoke: StructureShape = structure("StartAsyncInvokeRequest", {
  clientRequestToken: string({ min: 1, max: 256, pattern: "[!-~]*" }),
  "modelId*": string({ min: 1, max: 256, pattern: "[a-zA-Z_\\.\\-/0-9:]+" }),
  "modelInput*": document,
  "outputDataConfig*": union("AsyncInvokeOutputDataConfig", {
    s3OutputDataConfig: structure("AsyncInvokeS3OutputDataConfig", {
      "s3Uri*": string({ min: 1, max: 1024, pattern: "s3://[a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9](/.*)?" }),
      kmsKeyId: string({ min: 1, max: 2048, pattern: kmsArn }),
      bucketOwner: accountId,
    }),
  }),
  tags,
});

export const invocationArn: StringShape = string({
  min: 1,
  max: 2048,
  pattern: "arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:async-invoke/[a-z0-9]{12}",
});

const keyPart = "[-!_*'().a-z0-9A-Z]+";
const s3Uri = string({
  min: 1,
  max: 1024,
  pattern: `s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:/${keyPart}(?:/${keyPart})*)?/?`,
});
const resourceId = string({ max: 32, pattern: "[-0-9a-zA-Z]+" });

export const createModelInvocationJob: StructureShape = structure("CreateModelInvocationJobRequest", {
  "jobName*": string({ min: 1, max: 63, pattern: "[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9\\+\\-\\.]){0,63}" }),
  "roleArn*": string({ max: 2048, pattern: "arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+" }),
  clientRequestToken: string({ min: 1, max: 256, pattern: "[a-zA-Z0-9]{1,256}(-*[a-zA-Z0-9]){0,256}" }),
  "modelId*": modelId,
  "inputDataConfig*": union("ModelInvocationJobInputDataConfig", {
    s3InputDataConfig: structure("ModelInvocationJobS3InputDataConfig", {
      "s3Uri*": s3Uri,
      s3InputFormat: oneOf("JSONL"),
      s3BucketOwner: accountId,
    }),
  }),
  "outputDataConfig*": union("ModelInvocationJobOutputDataConfig", {
    s3OutputDataConfig: structure("ModelInvocationJobS3OutputDataConfig", {
      "s3Uri*": s3Uri,
      s3EncryptionKeyId: string({
        min: 1,
        max: 2048,
        pattern: `(${kmsArn})|([a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+)`,
      }),
      s3BucketOwner: accountId,
    }),
  }),
  vpcConfig: structure("VpcConfig", {
    "subnetIds*": list(resourceId, { min: 1, max: 16 }),
    "securityGroupIds*": list(resourceId, { min: 1, max: 5 }),
  }),
  timeoutDurationInHours: integer({ min: 24, max: 168 }),
  tags,
  modelInvocationType: oneOf("InvokeModel", "Converse"),
});

export const jobIdentifier: StringShape = string({
  max: 1011,
  pattern: "((arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:model-invocation-job/)?[a-z0-9]{12})",
});
