import type { ContentFilterType, GuardrailOptions } from "./options.ts";

/** Words that the profanity list blocks. */
export const PROFANITY: readonly string[] = ["damn", "crap", "shit", "fuck", "bastard", "asshole"];

/** What content filters look for unless they are told. */
export const DEFAULT_KEYWORDS: Readonly<Record<ContentFilterType, readonly string[]>> = {
  INSULTS: ["idiot", "idiots", "stupid", "moron", "morons", "loser", "losers"],
  HATE: ["subhuman", "inferior race", "ethnic cleansing", "racial purity"],
  SEXUAL: ["porn", "pornography", "pornographic", "erotic", "sexually explicit"],
  VIOLENCE: ["bomb", "bombs", "kill", "murder", "stab", "shoot", "massacre", "explosive", "explosives"],
  MISCONDUCT: ["steal", "hack into", "counterfeit", "launder money", "phishing", "ransomware", "build a bomb"],
  PROMPT_ATTACK: [
    "ignore previous instructions",
    "ignore all previous instructions",
    "disregard your instructions",
    "reveal your system prompt",
    "jailbreak",
    "developer mode",
  ],
};

/** What answers for any guardrail as long as none is configured. */
export const SAMPLE_POLICY: Omit<GuardrailOptions, "id"> = {
  name: "sample-policy",
  words: ["unsafe text"],
  profanity: true,
  topics: [{ name: "InvestmentAdvice", keywords: ["investment advice", "stock tip", "stock tips", "which stocks"] }],
  contentFilters: [
    { type: "INSULTS" },
    { type: "HATE" },
    { type: "SEXUAL" },
    { type: "VIOLENCE" },
    { type: "MISCONDUCT" },
    { type: "PROMPT_ATTACK" },
  ],
  piiEntities: [
    { type: "EMAIL", action: "ANONYMIZE" },
    { type: "PHONE", action: "ANONYMIZE" },
    { type: "CREDIT_DEBIT_CARD_NUMBER", action: "ANONYMIZE" },
    { type: "US_SOCIAL_SECURITY_NUMBER", action: "ANONYMIZE" },
    { type: "AWS_SECRET_KEY", action: "BLOCK" },
    { type: "PASSWORD", action: "BLOCK" },
  ],
};
