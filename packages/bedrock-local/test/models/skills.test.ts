import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerTurn } from "../../src/models/skills.ts";
import type { Turn } from "../../src/models/turn.ts";
import { createQuestion } from "./support.ts";

const ask = (question: string, more: Partial<Turn> = {}): string => answerTurn(createQuestion(question, more));

it("gets through a long number that is no sum", () => {
  expect(ask(`What is ${"1".repeat(400_000)}?`)).not.toBe("");
});

describe("repeating", () => {
  it.each([
    ["Say hello world", "hello world"],
    ['Say "hi there" please', "hi there"],
    ["Please say: good day", "good day"],
    ["Repeat after me: the sky is blue.", "the sky is blue."],
    ["Reply with exactly OK", "OK"],
    ["Reply with exactly: one, two", "one, two"],
    ["Respond with only the number 4", "the number 4"],
    ["Reply with the word 'pong'.", "pong"],
    ["Echo a\nb", "a\nb"],
    ["Repeat after me the sky is blue", "the sky is blue"],
    ["Say the following sentence: it rains", "it rains"],
  ])("%j", (question, answer) => {
    expect(ask(question)).toBe(answer);
  });

  it("does not mind the word in the middle of something else", () => {
    expect(ask("What did the fox say to the hen?")).toContain("local model");
  });
});

describe("counting", () => {
  it.each([
    ["Count to 5", "1, 2, 3, 4, 5"],
    ["Please count from 3 to 6.", "3, 4, 5, 6"],
    ["Count from one to three", "1, 2, 3"],
    ["Count down from 3", "3, 2, 1"],
    ["Count backwards from 3 to 0", "3, 2, 1, 0"],
    ["Count to 2, one per line", "1\n2"],
  ])("%j", (question, answer) => {
    expect(ask(question)).toBe(answer);
  });

  it("ends after a thousand numbers", () => {
    expect(ask("Count to 999999999").split(", ")).toHaveLength(1_000);
  });
});

describe("listing", () => {
  it.each([
    ["List three colours", "1. red\n2. green\n3. blue"],
    ["Name 2 planets.", "1. Mercury\n2. Venus"],
    ["Give me two cities", "1. Paris\n2. Tokyo"],
    ["Name the seasons", "1. spring\n2. summer\n3. autumn\n4. winter"],
    ["List some countries", "1. France\n2. Japan\n3. Kenya"],
    ["Name a colour", "red"],
  ])("%j", (question, answer) => {
    expect(ask(question)).toBe(answer);
  });

  it("does not mind a thing that is not asked for as a list", () => {
    expect(ask("Tell me about your day")).toContain("local model");
    expect(ask("What is the name of the planet?")).toContain("local model");
    expect(ask("Tell me a story about animals")).toContain("there lived animals.");
  });

  it("knows no list of what is only a property name", () => {
    expect(ask("List the constructor")).toContain("local model");
  });
});

describe("translating", () => {
  it.each([
    ["Translate 'Good morning' to French", "Bonjour"],
    ["Translate hello world into German", "hallo Welt"],
    ['How do you say "thank you" in Spanish?', "gracias"],
    ["Translate zebra to French", "zebra"],
  ])("%j", (question, answer) => {
    expect(ask(question)).toBe(answer);
  });
});

describe("arithmetic", () => {
  it.each([
    ["What is 12 * 7?", "84"],
    ["What is 2 plus 3 times 4?", "14"],
    ["What is 1234 * 5678?", "7006652"],
    ["10 - 4 - 3 =", "3"],
    ["How much is 1,000 divided by 8?", "125"],
    ["Calculate 0.1 + 0.2", "0.3"],
    ["What is 3 x 4?", "12"],
    ["what is 5 - -2?", "7"],
    ["What is 1 / 0?", "That has no number for an answer."],
  ])("%j", (question, answer) => {
    expect(ask(question)).toBe(answer);
  });

  it("does not take a date for a sum", () => {
    expect(ask("Remember 2024-05-17 as the date")).toContain("local model");
  });
});

describe("names", () => {
  it("are greeted and remembered", () => {
    expect(ask("Hi, my name is Ada.")).toBe("Nice to meet you, Ada!");
    expect(ask("What is my name?", { earlier: ["My name is Bo", "my name is Ada Lovelace", "Count to 3"] })).toBe(
      "Your name is Ada Lovelace.",
    );
    expect(ask("My name is Ada and I like cats.")).toBe("Nice to meet you, Ada!");
    expect(ask("What's my name?")).toBe("You have not told me your name yet.");
  });
});

describe("answering from text", () => {
  const system = "The office opens at nine. Employees get 20 days of annual leave. Cats are not allowed.";

  it("finds the sentence in the system prompt, a document or the question", () => {
    expect(ask("How many days of annual leave do employees get?", { system })).toBe(
      "Employees get 20 days of annual leave.",
    );
    expect(ask("When does the office open?", { sources: system })).toBe("The office opens at nine.");
    expect(ask("The train leaves at noon. The bus leaves at two. When does the bus leave?")).toBe(
      "The bus leaves at two.",
    );
    expect(ask("When does the bus leave?", { earlier: ["The bus leaves at two."] })).toBe("The bus leaves at two.");
  });

  it("says nothing that the text does not hold", () => {
    expect(ask("Who won the cup?", { system })).toContain("local model");
  });
});

describe("small talk", () => {
  it.each([
    ["Hello!", "Hello! How can I help you today?"],
    ["Hello from global infrastructure!", "Hello! How can I help you today?"],
    ["How are you?", "I am running well, thank you. How can I help you?"],
    ["Thanks a lot", "You are welcome!"],
    ["goodbye", "Goodbye!"],
    ["Good morning", "Hello! How can I help you today?"],
  ])("%j", (question, answer) => {
    expect(ask(question)).toBe(answer);
  });

  it("comes before the system prompt", () => {
    expect(ask("Hello", { system: "Say hello to everybody." })).toBe("Hello! How can I help you today?");
  });

  it("says who it is", () => {
    expect(ask("Who are you?")).toContain("built-in model of a local Bedrock");
  });
});

describe("stories", () => {
  it("have several paragraphs and are the same for the same numbers", () => {
    const told = ask("Tell me a story.");
    expect(told.split("\n\n")).toHaveLength(5);
    expect(ask("Tell me a story.")).toBe(told);
    expect(ask("Tell me a story.", { random: () => 0.9 })).not.toBe(told);
  });

  it("are about what is asked for", () => {
    expect(ask("Tell me a story about a brave toaster.")).toContain("there lived a brave toaster.");
  });

  it("come as haiku too", () => {
    expect(ask("Write a haiku").split("\n")).toHaveLength(3);
  });
});

describe("the last resort", () => {
  it("names the model and quotes the question", () => {
    expect(ask("Design a house based on\nthese guidelines.")).toBe(
      'I am the local model in place of amazon.nova-lite-v1:0 and know only a few tricks. You asked: "Design a house based on these guidelines."',
    );
    expect(ask("")).toContain("asked nothing in words");
  });

  it("cuts a long question between characters", () => {
    expect(ask("🦊".repeat(300))).toContain(`"${"🦊".repeat(200)}…"`);
  });

  it("comes soon for a long text that is hard on patterns", () => {
    expect(ask("1".repeat(2_000_000))).toContain("local model");
    expect(ask(`Say ${"a b ".repeat(500_000)}`)).toHaveLength(1_999_999);
  });

  it("is there for any question: there is always an answer", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (question, system) => {
        expect(ask(question, { system }).length).toBeGreaterThan(0);
      }),
    );
  });
});
