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

/** `id context output input` per line: tokens (0: not known), and text, image, pdf, video, audio as letters. */
export const LIMITS: string = `
amazon.nova-2-lite-v1:0 0 0 tiv
amazon.nova-lite-v1:0 300000 8192 tiv
amazon.nova-micro-v1:0 128000 8192 t
amazon.nova-pro-v1:0 300000 8192 tiv
anthropic.claude-fable-5 1000000 128000 ti
anthropic.claude-haiku-4-5-20251001-v1:0 200000 64000 tip
anthropic.claude-opus-4-1-20250805-v1:0 200000 32000 tip
anthropic.claude-opus-4-5-20251101-v1:0 200000 64000 tip
anthropic.claude-opus-4-6-v1 1000000 128000 tip
anthropic.claude-opus-4-7 1000000 128000 tip
anthropic.claude-opus-4-8 1000000 128000 tip
anthropic.claude-sonnet-4-5-20250929-v1:0 200000 64000 tip
anthropic.claude-sonnet-4-6 1000000 0 tip
anthropic.claude-sonnet-5 1000000 128000 tip
deepseek.r1-v1:0 128000 32768 t
deepseek.v3-v1:0 163840 81920 t
deepseek.v3.2 163840 81920 t
google.gemma-3-12b-it 131072 8192 ti
google.gemma-3-27b-it 202752 8192 ti
google.gemma-3-4b-it 128000 4096 ti
meta.llama3-1-70b-instruct-v1:0 128000 4096 t
meta.llama3-1-8b-instruct-v1:0 128000 4096 t
meta.llama3-3-70b-instruct-v1:0 128000 4096 t
meta.llama4-maverick-17b-instruct-v1:0 1000000 16384 ti
meta.llama4-scout-17b-instruct-v1:0 3500000 16384 ti
minimax.minimax-m2 204608 128000 t
minimax.minimax-m2.1 204800 131072 t
minimax.minimax-m2.5 196608 98304 t
mistral.devstral-2-123b 256000 8192 t
mistral.magistral-small-2509 128000 40000 ti
mistral.ministral-3-14b-instruct 128000 4096 t
mistral.ministral-3-3b-instruct 256000 8192 ti
mistral.ministral-3-8b-instruct 128000 4096 t
mistral.mistral-large-3-675b-instruct 256000 8192 ti
mistral.pixtral-large-2502-v1:0 128000 8192 ti
mistral.voxtral-mini-3b-2507 128000 4096 ta
mistral.voxtral-small-24b-2507 32000 8192 ta
moonshot.kimi-k2-thinking 262143 16000 t
moonshotai.kimi-k2.5 262143 16000 ti
nvidia.nemotron-nano-12b-v2 128000 4096 ti
nvidia.nemotron-nano-3-30b 128000 4096 t
nvidia.nemotron-nano-9b-v2 128000 4096 t
nvidia.nemotron-super-3-120b 262144 131072 t
openai.gpt-5.4 272000 128000 tip
openai.gpt-5.5 272000 128000 tip
openai.gpt-oss-120b 128000 16384 t
openai.gpt-oss-120b-1:0 128000 16384 t
openai.gpt-oss-20b 128000 16384 t
openai.gpt-oss-20b-1:0 128000 16384 t
openai.gpt-oss-safeguard-120b 128000 16384 t
openai.gpt-oss-safeguard-20b 128000 16384 t
qwen.qwen3-235b-a22b-2507-v1:0 262144 131072 t
qwen.qwen3-32b-v1:0 16384 16384 t
qwen.qwen3-coder-30b-a3b-v1:0 262144 131072 t
qwen.qwen3-coder-480b-a35b-v1:0 131072 65536 t
qwen.qwen3-coder-next 131072 65536 t
qwen.qwen3-next-80b-a3b 262000 262000 t
qwen.qwen3-vl-235b-a22b 262000 262000 ti
writer.palmyra-x4-v1:0 122880 8192 t
writer.palmyra-x5-v1:0 1040000 8192 t
xai.grok-4.3 1000000 131072 ti
zai.glm-4.7 204800 131072 t
zai.glm-4.7-flash 200000 131072 t
zai.glm-5 202752 101376 t
`;
