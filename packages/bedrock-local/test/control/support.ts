import { AwsError } from "../../src/errors.ts";

/** Whether `action` throws an `AwsError`; other errors are thrown on. */
export function isRefused(action: () => void): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof AwsError) return true;
    throw error;
  }
}
