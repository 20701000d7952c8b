import { describe, expect, it } from "vitest";
import { getPiiPattern, isPiiType, type PiiType } from "../../src/guardrails/pii.ts";

const find = (type: PiiType, text: string): string[] => text.match(getPiiPattern(type)) ?? [];

const EXAMPLES: Readonly<Record<PiiType, readonly [text: string, match: string]>> = {
  ADDRESS: ["I live at 12 Baker Street.", "12 Baker Street"],
  AGE: ["She is 42 years old.", "42"],
  AWS_ACCESS_KEY: ["key AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
  AWS_SECRET_KEY: ["secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
  CA_HEALTH_NUMBER: ["health card: 1234-567-890", "1234-567-890"],
  CA_SOCIAL_INSURANCE_NUMBER: ["SIN 046-454-286", "046-454-286"],
  CREDIT_DEBIT_CARD_CVV: ["CVV: 123", "123"],
  CREDIT_DEBIT_CARD_EXPIRY: ["expires 09/27", "09/27"],
  CREDIT_DEBIT_CARD_NUMBER: ["card 4111 1111 1111 1111", "4111 1111 1111 1111"],
  DRIVER_ID: ["driver's license: D1234567", "D1234567"],
  EMAIL: ["mail ann.b+c@example.co.uk now", "ann.b+c@example.co.uk"],
  INTERNATIONAL_BANK_ACCOUNT_NUMBER: ["IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"],
  IP_ADDRESS: ["host 192.168.0.1", "192.168.0.1"],
  LICENSE_PLATE: ["license plate: AB12 CDE", "AB12 CDE"],
  MAC_ADDRESS: ["at 00:1A:2b:3c:4d:5e", "00:1A:2b:3c:4d:5e"],
  NAME: ["My friend said: my name is Ada Lovelace.", "Ada Lovelace"],
  PASSWORD: ["password: hunter2", "hunter2"],
  PHONE: ["call +1 555-123-4567", "+1 555-123-4567"],
  PIN: ["PIN: 1234", "1234"],
  SWIFT_CODE: ["SWIFT code: DEUTDEFF", "DEUTDEFF"],
  UK_NATIONAL_HEALTH_SERVICE_NUMBER: ["NHS number: 943 476 5919", "943 476 5919"],
  UK_NATIONAL_INSURANCE_NUMBER: ["QQ 12 34 56 C? no: AB 12 34 56 C", "AB 12 34 56 C"],
  UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER: ["UTR: 1234567890", "1234567890"],
  URL: ["see https://example.com/a?b=c", "https://example.com/a?b=c"],
  USERNAME: ["username: ada99", "ada99"],
  US_BANK_ACCOUNT_NUMBER: ["account number: 12345678901", "12345678901"],
  US_BANK_ROUTING_NUMBER: ["routing number: 021000021", "021000021"],
  US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER: ["ITIN 912-70-1234", "912-70-1234"],
  US_PASSPORT_NUMBER: ["passport number: 123456789", "123456789"],
  US_SOCIAL_SECURITY_NUMBER: ["SSN 123-45-6789", "123-45-6789"],
  VEHICLE_IDENTIFICATION_NUMBER: ["VIN 1HGCM82633A004352", "1HGCM82633A004352"],
};

describe("personal data", () => {
  const entries = Object.entries(EXAMPLES).filter((entry): entry is [PiiType, readonly [string, string]] =>
    isPiiType(entry[0]),
  );

  it("has the 31 kinds of the service", () => {
    expect(entries).toHaveLength(31);
  });

  it.each(entries)("of the kind %s is found", (type, [text, match]) => {
    expect(find(type, text)).toEqual([match]);
  });

  it.each(entries)("of the kind %s is not found in plain words", (type) => {
    expect(find(type, "Tell me a story about a dog in 3 sentences, with 120 words at most, please.")).toEqual([]);
  });

  it.each(["", "email", "toString", 1, undefined])("has no kind %j", (type) => {
    expect(isPiiType(type)).toBe(false);
  });

  it.each(entries)("of the kind %s is looked for in linear time", (type) => {
    const hard = ["a@", "1 ", "1.", "A1", "my name is A", "password: "].map((part) => part.repeat(20_000));
    for (const text of hard) expect(find(type, text).length).toBeGreaterThanOrEqual(0);
  });
});
