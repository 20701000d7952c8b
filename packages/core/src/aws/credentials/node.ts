import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import { createHost, type Host } from "./host.ts";

/** Creates what sources of credentials need of the platform. */
export function findHost(): Host | undefined {
  return createHost({ fs, os, crypto, importChildProcess: () => import("node:child_process") });
}
