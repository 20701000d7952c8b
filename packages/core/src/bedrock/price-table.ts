// Made by tools/models.mjs: do not edit.

/** `id input output [cache read [cache write]]` per line, in US dollars per million tokens. */
export const PRICES: string = `
amazon.nova-lite-v1:0 0.06 0.24 0.015
amazon.nova-micro-v1:0 0.035 0.14 0.00875
amazon.nova-pro-v1:0 0.8 3.2 0.2
anthropic.claude-opus-4-1-20250805-v1:0 15 75 1.5 18.75
au.anthropic.claude-sonnet-4-6 3.3 16.5 0.33 4.125
deepseek.r1-v1:0 1.35 5.4
eu.anthropic.claude-fable-5 11 55 1.1 13.75
eu.anthropic.claude-haiku-4-5-20251001-v1:0 1.1 5.5 0.11 1.375
eu.anthropic.claude-opus-4-5-20251101-v1:0 5.5 27.5 0.55 6.875
eu.anthropic.claude-opus-4-6-v1 5.5 27.5 0.55 6.875
eu.anthropic.claude-opus-4-7 5.5 27.5 0.55 6.875
eu.anthropic.claude-opus-4-8 5.5 27.5 0.55 6.875
eu.anthropic.claude-sonnet-4-5-20250929-v1:0 3.3 16.5 0.33 4.125
eu.anthropic.claude-sonnet-4-6 3.3 16.5 0.33 4.125
global.anthropic.claude-fable-5 10 50 1 12.5
global.anthropic.claude-haiku-4-5-20251001-v1:0 1 5 0.1 1.25
global.anthropic.claude-opus-4-5-20251101-v1:0 5 25 0.5 6.25
global.anthropic.claude-opus-4-6-v1 5 25 0.5 6.25
global.anthropic.claude-opus-4-7 5 25 0.5 6.25
global.anthropic.claude-opus-4-8 5 25 0.5 6.25
global.anthropic.claude-sonnet-4-5-20250929-v1:0 3 15 0.3 3.75
global.anthropic.claude-sonnet-4-6 3 15 0.3 3.75
google.gemma-3-4b-it 0.04 0.08
meta.llama3-1-70b-instruct-v1:0 0.72 0.72
meta.llama3-1-8b-instruct-v1:0 0.22 0.22
meta.llama3-3-70b-instruct-v1:0 0.72 0.72
meta.llama4-maverick-17b-instruct-v1:0 0.24 0.97
meta.llama4-scout-17b-instruct-v1:0 0.17 0.66
mistral.devstral-2-123b 0.4 2
mistral.magistral-small-2509 0.5 1.5
mistral.ministral-3-14b-instruct 0.2 0.2
mistral.ministral-3-3b-instruct 0.1 0.1
mistral.ministral-3-8b-instruct 0.15 0.15
mistral.mistral-large-3-675b-instruct 0.5 1.5
mistral.pixtral-large-2502-v1:0 2 6
mistral.voxtral-mini-3b-2507 0.04 0.04
nvidia.nemotron-nano-3-30b 0.06 0.24
nvidia.nemotron-nano-9b-v2 0.06 0.23
nvidia.nemotron-super-3-120b 0.15 0.65
openai.gpt-5.4 2.75 16.5 0.275
openai.gpt-5.5 5.5 33 0.55
openai.gpt-oss-120b-1:0 0.15 0.6
openai.gpt-oss-20b-1:0 0.07 0.3
qwen.qwen3-32b-v1:0 0.15 0.6
qwen.qwen3-coder-30b-a3b-v1:0 0.15 0.6
us.amazon.nova-2-lite-v1:0 0.33 2.75
us.amazon.nova-lite-v1:0 0.06 0.24 0.015
us.amazon.nova-micro-v1:0 0.035 0.14 0.00875
us.amazon.nova-pro-v1:0 0.8 3.2 0.2
us.anthropic.claude-opus-4-1-20250805-v1:0 15 75 1.5 18.75
us.deepseek.r1-v1:0 1.35 5.4
us.google.gemma-3-4b-it 0.04 0.08
us.meta.llama3-1-70b-instruct-v1:0 0.72 0.72
us.meta.llama3-1-8b-instruct-v1:0 0.22 0.22
us.meta.llama3-3-70b-instruct-v1:0 0.72 0.72
us.meta.llama4-maverick-17b-instruct-v1:0 0.24 0.97
us.meta.llama4-scout-17b-instruct-v1:0 0.17 0.66
us.mistral.devstral-2-123b 0.4 2
us.mistral.magistral-small-2509 0.5 1.5
us.mistral.ministral-3-14b-instruct 0.2 0.2
us.mistral.ministral-3-3b-instruct 0.1 0.1
us.mistral.ministral-3-8b-instruct 0.15 0.15
us.mistral.mistral-large-3-675b-instruct 0.5 1.5
us.mistral.pixtral-large-2502-v1:0 2 6
us.mistral.voxtral-mini-3b-2507 0.04 0.04
us.nvidia.nemotron-nano-3-30b 0.06 0.24
us.nvidia.nemotron-nano-9b-v2 0.06 0.23
us.nvidia.nemotron-super-3-120b 0.15 0.65
us.openai.gpt-oss-120b-1:0 0.15 0.6
us.openai.gpt-oss-20b-1:0 0.07 0.3
us.qwen.qwen3-32b-v1:0 0.15 0.6
us.qwen.qwen3-coder-30b-a3b-v1:0 0.15 0.6
`;
