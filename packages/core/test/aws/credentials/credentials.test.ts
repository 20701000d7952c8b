import { expect, test } from "vitest";
import { checkCredentials, isToken, staticCredentials } from "../../../src/aws/credentials/credentials.ts";
import { errorOf } from "../../support/bedrock.ts";

const pair = { accessKeyId: "AKID", secretAccessKey: "hunter2" };

test("credentials may have an expiration of another realm, or as a date that is changed later", async () => {
  const expiration = new Date(5_000_000_000_000);
  const checked = checkCredentials({ ...pair, expiration }, "x");
  expiration.setTime(0);
  expect(checked.expiration?.getTime()).toBe(5_000_000_000_000);
});

test("fixed credentials cannot be renewed", async () => {
  const source = staticCredentials(pair);
  expect(await source.get()).toBe(pair);
  expect(source.invalidate(pair)).toBe(false);
});

test("a session token is kept, other members are not", () => {
  expect(checkCredentials({ ...pair, sessionToken: "t", accountId: "1" }, "x")).toEqual({
    ...pair,
    sessionToken: "t",
    expiration: undefined,
  });
  expect(checkCredentials({ ...pair, source: "the vault" }, "x")).toMatchObject({ source: "the vault" });
  expect(checkCredentials({ ...pair, source: 5 }, "x")).not.toHaveProperty("source");
  expect(errorOf(() => checkCredentials("hunter2", "The source")).message).toMatch(/^The source gave no usable/);
});

test.each([
  ["abc/+=~!", true],
  ["", false],
  ["a b", false],
  ["a\r\nx: y", false],
  ["é", false],
  [undefined, false],
  [7, false],
])("isToken(%j) is %s", (value, is) => {
  expect(isToken(value)).toBe(is);
});
