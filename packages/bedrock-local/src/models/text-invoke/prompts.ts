/** Reads the prompts of models that take one text: a conversation in the family's marks, or plain text. */
import type { Message } from "../../wire.ts";

/** A conversation and the instructions before it. */
export interface PromptConversation {
  readonly messages: Message[];
  readonly system: { text: string }[];
}

type Said = readonly [role: string, text: string];

const LLAMA_3 = /<\|start_header_id\|>(\w+)<\|end_header_id\|>([\s\S]*?)(?:<\|eot_id\|>|$)/g;
const LLAMA_4 = /<\|header_start\|>(\w+)<\|header_end\|>([\s\S]*?)(?:<\|eot\|>|$)/g;
const INSTRUCTION = /\[INST\]([\s\S]*?)\[\/INST\]([\s\S]*?)(?:<\/s>|(?=\[INST\])|$)/g;
const LLAMA_2_SYSTEM = /<<SYS>>([\s\S]*?)<<\/SYS>>/;
const DEEPSEEK = /<｜(User|Assistant)｜>([\s\S]*?)(?=<｜|$)/g;
const NAMED = /(?:^|\n)(Human|User|Assistant|Bot):([\s\S]*?)(?=\n(?:Human|User|Assistant|Bot):|$)/g;

/** Finds who said what in a prompt. A prompt without marks is one question. The begun answer at its end is dropped. */
export function parsePrompt(prompt: string): PromptConversation {
  const said = [LLAMA_3, LLAMA_4, DEEPSEEK].map((pattern) => listSaid(prompt, pattern)).find((all) => all.length > 0);
  if (said !== undefined) return collect(said);
  const instructions = [...prompt.matchAll(INSTRUCTION)].flatMap(([, asked = "", answered = ""]): Said[] => [
    ["system", LLAMA_2_SYSTEM.exec(asked)?.[1] ?? ""],
    ["user", asked.replace(LLAMA_2_SYSTEM, "")],
    ["assistant", answered],
  ]);
  if (instructions.length > 0) return collect(instructions);
  const named = listSaid(prompt, NAMED);
  return collect(named.length > 0 ? named : [["user", prompt]]);
}

function listSaid(prompt: string, pattern: RegExp): Said[] {
  return [...prompt.matchAll(pattern)].map(([, role = "", text = ""]): Said => [role.toLowerCase(), text]);
}

function collect(said: readonly Said[]): PromptConversation {
  const system: { text: string }[] = [];
  const messages: Message[] = [];
  for (const [name, raw] of said) {
    const text = raw.trim();
    if (text === "") continue;
    if (name === "system") {
      system.push({ text });
      continue;
    }
    const role = name === "assistant" || name === "bot" ? "assistant" : "user";
    const last = messages.at(-1);
    if (last?.role === role) last.content.push({ text });
    else messages.push({ role, content: [{ text }] });
  }
  if (messages.at(-1)?.role === "assistant") messages.pop();
  return { system, messages };
}
