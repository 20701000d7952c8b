/**
 * Finds personal data by its form. Names and addresses are known by a word before or after them, as no list of names or
 * places is kept.
 */

/** A kind of personal data that guardrails know. */
export type PiiType =
  | "ADDRESS"
  | "AGE"
  | "AWS_ACCESS_KEY"
  | "AWS_SECRET_KEY"
  | "CA_HEALTH_NUMBER"
  | "CA_SOCIAL_INSURANCE_NUMBER"
  | "CREDIT_DEBIT_CARD_CVV"
  | "CREDIT_DEBIT_CARD_EXPIRY"
  | "CREDIT_DEBIT_CARD_NUMBER"
  | "DRIVER_ID"
  | "EMAIL"
  | "INTERNATIONAL_BANK_ACCOUNT_NUMBER"
  | "IP_ADDRESS"
  | "LICENSE_PLATE"
  | "MAC_ADDRESS"
  | "NAME"
  | "PASSWORD"
  | "PHONE"
  | "PIN"
  | "SWIFT_CODE"
  | "UK_NATIONAL_HEALTH_SERVICE_NUMBER"
  | "UK_NATIONAL_INSURANCE_NUMBER"
  | "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER"
  | "URL"
  | "USERNAME"
  | "US_BANK_ACCOUNT_NUMBER"
  | "US_BANK_ROUTING_NUMBER"
  | "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"
  | "US_PASSPORT_NUMBER"
  | "US_SOCIAL_SECURITY_NUMBER"
  | "VEHICLE_IDENTIFICATION_NUMBER";

const DIGITS_AFTER = (words: string, digits: string): RegExp =>
  new RegExp(`(?<=\\b(?:${words})\\W{0,5})${digits}`, "gi");

/** The patterns of each kind, with the kinds in AWS's order. */
const PATTERNS: Readonly<Record<PiiType, RegExp>> = {
  ADDRESS:
    /\b\d{1,5} (?:\p{Lu}[\p{L}.]* ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way)\b/gu,
  AGE: /\b\d{1,3}(?=[ -]years?[ -]old\b)/gi,
  AWS_ACCESS_KEY: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  AWS_SECRET_KEY: /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*\d)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g,
  CA_HEALTH_NUMBER: DIGITS_AFTER("health (?:card|number)", "\\d{4}[- ]?\\d{3}[- ]?\\d{3}\\b"),
  CA_SOCIAL_INSURANCE_NUMBER: DIGITS_AFTER("SIN|social insurance(?: number)?", "\\d{3}[- ]?\\d{3}[- ]?\\d{3}\\b"),
  CREDIT_DEBIT_CARD_CVV: DIGITS_AFTER("CVV2?|CVC", "\\d{3,4}\\b"),
  CREDIT_DEBIT_CARD_EXPIRY: DIGITS_AFTER(
    "exp(?:iry|ires|iration)?(?: date)?",
    "(?:0[1-9]|1[0-2])/\\d{2}(?:\\d{2})?\\b",
  ),
  CREDIT_DEBIT_CARD_NUMBER: /\b(?:\d{4}[ -]?){3}\d{4}\b/g,
  DRIVER_ID: DIGITS_AFTER("driver'?s? licen[cs]e(?: number)?", "[A-Z]?\\d{6,9}\\b"),
  EMAIL: /[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g,
  INTERNATIONAL_BANK_ACCOUNT_NUMBER: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g,
  IP_ADDRESS:
    /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b|\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b/gi,
  LICENSE_PLATE: DIGITS_AFTER("licen[cs]e plate(?: number)?|plate number", "[A-Z0-9]{1,4}[- ]?[A-Z0-9]{2,4}\\b"),
  MAC_ADDRESS: /\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi,
  NAME: /(?<=\b(?:my name is|I am called|Mrs?\.?|Ms\.?|Dr\.?) )\p{Lu}[\p{L}'-]{1,40}(?: \p{Lu}[\p{L}'-]{1,40}){0,2}/gu,
  PASSWORD: /(?<=\bpassword(?: is|:|=)\s{0,3})\S{1,128}/gi,
  PHONE: /(?<![\w.])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)|\d{3})[ .-]\d{3,4}[ .-]?\d{3,4}\b/g,
  PIN: DIGITS_AFTER("PIN(?: code)?(?: is)?", "\\d{4,6}\\b"),
  SWIFT_CODE: DIGITS_AFTER("SWIFT(?: code)?|BIC", "[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\\b"),
  UK_NATIONAL_HEALTH_SERVICE_NUMBER: DIGITS_AFTER("NHS(?: number)?", "\\d{3}[ -]?\\d{3}[ -]?\\d{4}\\b"),
  UK_NATIONAL_INSURANCE_NUMBER: /\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g,
  UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER: DIGITS_AFTER("UTR|taxpayer reference(?: number)?", "\\d{10}\\b"),
  URL: /\bhttps?:\/\/[^\s<>"]{1,2048}/gi,
  USERNAME: /(?<=\buser ?name(?: is|:|=)\s{0,3})[\w.@-]{1,64}/gi,
  US_BANK_ACCOUNT_NUMBER: DIGITS_AFTER("account(?: number)?(?: is)?", "\\d{8,17}\\b"),
  US_BANK_ROUTING_NUMBER: DIGITS_AFTER("routing(?: number)?(?: is)?", "\\d{9}\\b"),
  US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER: /\b9\d{2}-[5-9]\d-\d{4}\b/g,
  US_PASSPORT_NUMBER: DIGITS_AFTER("passport(?: number)?(?: is)?", "[A-Z]?\\d{8,9}\\b"),
  US_SOCIAL_SECURITY_NUMBER: /\b(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b/g,
  VEHICLE_IDENTIFICATION_NUMBER: /\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-HJ-NPR-Z0-9]{17}\b/g,
};

/** Every kind of personal data that guardrails know, in AWS's order. */
export const PII_TYPES: readonly PiiType[] = Object.keys(PATTERNS).filter(isPiiType);

/** Whether `value` is a kind of personal data that guardrails know. */
export function isPiiType(value: unknown): value is PiiType {
  return typeof value === "string" && Object.hasOwn(PATTERNS, value);
}

/** What finds this kind of personal data. The expression is global: give it to `matchAll` or `replace`. */
export function getPiiPattern(type: PiiType): RegExp {
  return PATTERNS[type];
}
