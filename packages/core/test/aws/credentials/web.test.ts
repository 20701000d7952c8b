import { afterEach, describe, expect, test, vi } from "vitest";
import { findHost as findNodeHost } from "../../../src/aws/credentials/node.ts";
import { findHost } from "../../../src/aws/credentials/web.ts";

afterEach(() => vi.unstubAllGlobals());

describe("outside Node", () => {
  test("a browser or a worker has no files, even where it plays Node", () => {
    expect(findHost()).toBeUndefined();
    vi.stubGlobal("process", undefined);
    expect(findHost()).toBeUndefined();
  });

  test.each(["bun", "deno"])("%s has all that Node has", async (name) => {
    const { getBuiltinModule, platform, versions } = process;
    vi.stubGlobal("process", { platform, versions: { ...versions, [name]: "1" }, getBuiltinModule });
    const host = findHost();
    expect(host?.homeDirectory).toBe(findNodeHost()?.homeDirectory);
    expect((await host?.run("echo hi"))?.trim()).toBe("hi");
    expect(host?.hash("sha1", "a")).toBe("86f7e437faa5a7fce15d1ddcb9eaeaea377667b8");
    expect(host?.fingerprint("/nowhere/at/all")).toBeUndefined();
  });
});
