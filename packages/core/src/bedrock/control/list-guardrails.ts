import { checkValue } from "../../checks.ts";
import { InputError } from "../../errors.ts";
import { compact, objectOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { BedrockClient } from "../client.ts";
import { GUARDRAIL_RULES } from "../config.ts";
import type { GuardrailInfo, ListGuardrailsOptions } from "./types.ts";
import { checkListOptions, dateOf, listPages } from "./pages.ts";

/**
 * Lists guardrails, or the versions of one.
 *
 * @throws {InputError} `ERR_INPUT` when an option is unknown or wrong
 * @throws {NotFoundError} `ERR_NOT_FOUND` when there is no such guardrail
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListGuardrails.html
 */
export async function listGuardrails(
  client: BedrockClient,
  options: ListGuardrailsOptions,
): Promise<readonly GuardrailInfo[]> {
  checkListOptions(options, ["guardrailIdentifier"], "guardrails.list()");
  const { guardrailIdentifier, ...rest } = options;
  if (guardrailIdentifier !== undefined) {
    checkValue(guardrailIdentifier, GUARDRAIL_RULES.Identifier, "guardrailIdentifier", InputError);
  }
  const request = {
    operation: "ListGuardrails",
    path: "/guardrails",
    member: "guardrails",
    query: compact({ guardrailIdentifier }),
  };
  return (await listPages(client, request, rest)).entries.map(parseGuardrail);
}

function parseGuardrail(raw: JsonObject): GuardrailInfo {
  const text = (name: string): string => stringOf(raw[name]) ?? "";
  return {
    id: text("id"),
    arn: text("arn"),
    name: text("name"),
    version: text("version"),
    status: text("status"),
    ...compact({
      description: stringOf(raw["description"]),
      createdAt: dateOf(raw["createdAt"]),
      updatedAt: dateOf(raw["updatedAt"]),
      profileId: stringOf(objectOf(raw["crossRegionDetails"])?.["guardrailProfileId"]),
    }),
    raw,
  };
}
