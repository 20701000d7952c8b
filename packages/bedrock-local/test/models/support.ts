import type { Turn } from "../../src/models/turn.ts";

/** A conversation of one question, with more where a test needs it. */
export function createQuestion(question: string, more: Partial<Turn> = {}): Turn {
  return {
    question,
    system: "",
    earlier: [],
    sources: "",
    outcomes: [],
    media: [],
    prefill: "",
    modelId: "amazon.nova-lite-v1:0",
    random: () => 0,
    ...more,
  };
}
