/** Small talk. */
import type { Skill } from "../turn.ts";
import { choose } from "./choose.ts";

/** Greetings, thanks, goodbyes, and the question who answers here. */
export const greeting: Skill = ({ question, random }) => {
  if (/^\s*(?:hi|hello|hey|good (?:morning|afternoon|evening))\b[^?]*$/i.test(question)) {
    return choose(["Hello! How can I help you today?", "Hi there! What can I do for you?"], random);
  }
  if (/\bhow are you\b/i.test(question)) return "I am running well, thank you. How can I help you?";
  if (/^\s*(?:thanks|thank you)\b/i.test(question)) return "You are welcome!";
  if (/^\s*(?:bye|goodbye|see you)\b/i.test(question)) return "Goodbye!";
  if (/\b(?:who|what) are you\b/i.test(question)) {
    return "I am the built-in model of a local Bedrock: a small set of rules, made for development and tests.";
  }
  return undefined;
};
