// The AWS SDK told to use HTTP/1.1. As many connections as it wants: its default is 50.
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { create as createClient } from "./aws-sdk.mjs";

/**
 * @param {import("../lib/target.mjs").Target} target
 * @returns {import("../lib/target.mjs").Client}
 */
export function create(target) {
  return createClient(target, {
    endpoint: target.url,
    requestHandler: new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets: 512 } }),
  });
}
