import { describe, expect, test } from "vitest";
import { createAwsError, isContextOverflow } from "../../src/bedrock/errors.ts";
import { BadRequestError, ContextWindowExceededError, RateLimitError } from "../../src/errors.ts";

/** What Bedrock, and the models behind it, say when a conversation does not fit. */
const OVERFLOWS = [
  "Input is too long for requested model.",
  "Input is too long for requested model",
  "The model returned the following errors: Input is too long for requested model.",
  "prompt is too long: 2084831 tokens > 1000000 maximum",
  "The model returned the following errors: prompt is too long: 203456 tokens > 200000 maximum",
  "The model returned the following errors: input length and `max_tokens` exceed context limit: 198000 + 8192 > 200000, decrease input length or `max_tokens` and try again",
  "input length and max_tokens exceed context limit: 190001 + 16000 > 204798",
  "The model returned the following errors: messages: too many total text bytes: 12582913 > 9000000",
  "Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.",
  "The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.",
  "Too many input tokens. Max input tokens: 8192, request input token count: 9279 ",
  "400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 9279 ",
  "The input token count (300001) exceeds the maximum number of tokens allowed (300000).",
  "This model's maximum context length is 8192 tokens. Please reduce the length of the prompt",
  "This model's maximum context length is 131072 tokens. However, you requested 140000 tokens (130000 in the messages, 10000 in the completion). Please reduce the length of the messages or completion.",
  "This model's maximum prompt length is 8192. Please reduce the length of the prompt.",
  "Your input exceeds the context window of this model. Please adjust your input and try again.",
  "context_length_exceeded",
  "Error code context_length_exceeded: Your input exceeds the context window of this model.",
  "Requested token count exceeds the model's maximum context length of 131072 tokens. You requested a total of 147000 tokens.",
  "Input length (140000) exceeds model's maximum context length (131072).",
  "The input (147000 tokens) is longer than the model's context length (131072 tokens).",
  "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4200. Try using a shorter prompt or enabling prompt truncating.",
  "Prompt exceeds max length",
  "Prompt is too long",
  "The request exceeds the maximum context length of this model.",
  "invalid params, context window exceeds limit (2013)",
  "Invalid request: Your request exceeded model token limit: 262144",
  "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 512 `max_new_tokens`",
  "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000",
] as const;

/** What looks similar, but is a throttle. */
const THROTTLES = [
  "Too many tokens, please wait before trying again.",
  "Too many requests, please wait before trying again.",
  "Too many tokens per day, please wait before trying again.",
  "Too many requests, please wait before trying again. You have sent too many requests. Wait before trying again.",
  "Your request rate is too high. Reduce the frequency of requests.",
  "This request would exceed the rate limit for your organization of 40,000 input tokens per minute. Please reduce the prompt length.",
  "Number of request tokens has exceeded your per-minute rate limit.",
  "Input tokens per minute exceeded: input is too long for your limit per minute.",
  "Rate exceeded",
  "Request was throttled: context length exceeded your tokens per minute.",
  "Model is getting throttled. Try your request again.",
] as const;

/** What looks similar, but is another mistake in the request. */
const OTHERS = [
  "The maximum tokens you requested exceeds the model limit of 64000. Try again with a maximum tokens value that is lower than 64000.",
  "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4",
  "`max_tokens` must be greater than `thinking.budget_tokens`.",
  "The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again.",
  "Malformed input request: #/textToImageParams/text: expected maxLength: 512, actual: 536, please reformat your input and try again.",
  "Malformed input request: #/texts/0: expected maxLength: 2048, actual: 19882, please reformat your input and try again.",
  "1 validation error detected: Value '0' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1",
  "Value at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: Member must have length less than or equal to 64",
  "messages.0.content.0: image exceeds 5 MB maximum: 6443124 bytes > 5242880 bytes",
  "messages.1.content.0.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels",
  "The number of images in the request exceeds the limit of 20.",
  "The size of a document in the request exceeds the maximum of 4.5 MB.",
  "A maximum of 100 PDF pages may be provided.",
  "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_abc",
  "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
  "The provided model identifier is invalid.",
  "Invocation of model ID m with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
  "`temperature` is deprecated for this model",
  "The cachePoint block count exceeds the limit of 4.",
  "stopSequences exceeds the maximum number of items.",
] as const;

describe("a refusal of the request", () => {
  const refuse = (message: string): Error =>
    createAwsError({ name: "ValidationException", message }, { status: 400, operation: "Converse" });

  test.each(OVERFLOWS)("%j tells that the context is full", (message) => {
    expect(isContextOverflow(message)).toBe(true);
    expect(refuse(message)).toBeInstanceOf(ContextWindowExceededError);
    expect(refuse(message)).toMatchObject({ code: "ERR_CONTEXT_WINDOW_EXCEEDED", retryable: false });
  });

  test.each(THROTTLES)("%j does not", (message) => {
    expect(isContextOverflow(message)).toBe(false);
    expect(refuse(message)).not.toBeInstanceOf(ContextWindowExceededError);
  });

  test.each(OTHERS)("%j does not, either", (message) => {
    expect(isContextOverflow(message)).toBe(false);
    expect(refuse(message).constructor).toBe(BadRequestError);
  });

  test.each(THROTTLES.slice(0, 3))("%j is a throttle, whatever its exception", (message) => {
    expect(refuse(message)).toMatchObject({ name: "RateLimitError", retryable: true });
  });
});

describe("a throttle", () => {
  test.each([...OVERFLOWS, ...THROTTLES])("%j stays one", (message) => {
    for (const name of ["ThrottlingException", ""]) {
      expect(createAwsError({ name, message }, { status: 429 }).constructor).toBe(RateLimitError);
    }
  });
});
