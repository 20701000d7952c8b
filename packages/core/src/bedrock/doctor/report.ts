/** What was looked at. */
export type DoctorSubject = "region" | "endpoint" | "credentials" | "call" | "clock" | "model";

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly subject: DoctorSubject;
  /** `"failed"` stands in the way of requests; a `"warning"` may. */
  readonly status: "ok" | "warning" | "failed" | "skipped";
  /** What was found, and what to do about it. */
  readonly message: string;
}

const MARKS: Readonly<Record<DoctorCheck["status"], string>> = { ok: "✓", warning: "!", failed: "✗", skipped: "-" };

/** A server's words must not steer a terminal. */
const CONTROLS = /[^\P{Cc}\n]/gu;

/** What `llm.doctor()` found. Printed, it is a line for each check. It holds no secret. */
export class DoctorReport {
  readonly checks: readonly DoctorCheck[];

  /** @internal Use `llm.doctor()`. */
  constructor(checks: readonly DoctorCheck[]) {
    this.checks = checks;
  }

  /** Whether nothing stands in the way of requests. */
  get ok(): boolean {
    return this.checks.every(({ status }) => status !== "failed");
  }

  toString(): string {
    const indent = " ".repeat(14);
    return this.checks
      .map(
        ({ subject, status, message }) =>
          `${MARKS[status]} ${subject.padEnd(12)}${message.replace(CONTROLS, "").replaceAll("\n", `\n${indent}`)}`,
      )
      .join("\n");
  }
}
