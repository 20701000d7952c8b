import { InputError } from "../errors.ts";
import { completeMedia, type Completion, type MediaDraft, type MediaPart } from "../media/complete.ts";
import type { LoadMedia } from "../media/options.ts";
import type {
  AudioPart,
  CacheControl,
  ContentPart,
  DocumentPart,
  ImagePart,
  ToolResultContent,
  ToolResultPart,
  VideoPart,
} from "../types/content.ts";
import type { BlockSource, MediaSource, TextSource } from "../types/media.ts";
import type { Message } from "../types/message.ts";
import { freezeDeep, freezeMessage } from "./history.ts";
import { createUnreadError, hasMedia, isMedia } from "./media-parts.ts";

/** A medium with what is to be said of it. What it is, and its format, are found out. */
export interface AttachedMedia {
  readonly source: MediaSource | TextSource | BlockSource;
  readonly format?: NonNullable<(ImagePart | DocumentPart | VideoPart | AudioPart)["format"]>;
  /** What the model calls a document. Default: the file's name. */
  readonly name?: string;
  /** What the model should know about a document beside its content. */
  readonly context?: string;
  /** Whether the answer should say where in the document each statement stands. Default `false`. */
  readonly citations?: boolean;
  /** Ends a cacheable prefix after it. */
  readonly cache_control?: CacheControl;
}

/** A medium beside a question. */
export type Attachment = MediaSource | AttachedMedia | ImagePart | DocumentPart | VideoPart | AudioPart;

/**
 * The media beside a question; they come before its text. Bytes are copied when they are given: their owner may use the
 * memory for something else at once.
 */
export interface AttachmentOptions {
  /** Images. */
  images?: readonly Attachment[] | undefined;
  /** Images, documents, videos and sounds: what each is, its content tells. */
  files?: readonly Attachment[] | undefined;
}

/** The messages of a request. */
export interface Conversation {
  /** Those that were there before. */
  readonly before: readonly Message[];
  /** Those that the turn adds. */
  readonly question: readonly Message[];
}

/** A medium that was given, complete or still to be read. */
export interface Attached {
  readonly draft: MediaDraft;
  readonly where: string;
  readonly completion: Completion;
}

/**
 * Takes the media beside a question. Reads nothing yet.
 *
 * @throws {InputError} `ERR_INPUT` when one is none
 */
export function readAttachments({ images, files }: AttachmentOptions): readonly Attached[] {
  return [...readList(images, "images", "image"), ...readList(files, "files")];
}

function readList(list: readonly Attachment[] = [], option: string, type?: "image"): Attached[] {
  if (!Array.isArray(list)) throw new InputError(`${option} is ${typeof list}: give a list.`);
  return list.map((given: Attachment, index) => {
    const where = `${option}[${index}]`;
    const isMember = typeof given === "object" && given !== null && "source" in given;
    const draft: MediaDraft = { ...(type && { type }), ...(isMember ? given : { source: given }) };
    if (type && draft.type !== type) throw new InputError(`${where} is of type ${draft.type}: give it in files.`);
    return { draft, where, completion: completeMedia(draft, where) };
  });
}

/**
 * Completes all media of a conversation: reads those that are paths or URLs, at the same time. Puts the attachments in front
 * of the question.
 *
 * @param completed messages whose media are complete; those that become so are added
 * @returns the conversation with all media as plain data
 * @throws {InputError} `ERR_MEDIA` when one cannot be read, `ERR_INPUT` when it is none that can be sent
 * @throws {AbortError} when the signal was aborted
 */
export async function readMedia(
  { before, question }: Conversation,
  attachments: readonly Attached[],
  load: LoadMedia,
  completed: WeakSet<Message>,
  signal: AbortSignal,
): Promise<Conversation> {
  const read = async ({ draft, where, completion }: Attached): Promise<MediaPart> => {
    if ("part" in completion) return completion.part;
    const kind = draft.type === "guard_image" ? "image" : draft.type;
    const completed = completeMedia(draft, where, await load(completion.location, kind, signal));
    if ("part" in completed) return completed.part;
    throw createUnreadError(where, "here");
  };
  const readPart = async (part: ContentPart, where: string): Promise<ContentPart> =>
    isMedia(part)
      ? read({ draft: part, where, completion: completeMedia(part, where) })
      : part.type === "tool_result"
        ? completeResult(part, where)
        : part;
  const readMessage = async (message: Message, index: number): Promise<Message> => {
    const { role, content } = message;
    if (typeof content === "string" || !hasMedia(message) || completed.has(message)) return message;
    const parts = content.map((part, at) => readPart(part, `messages[${index}].content[${at}]`));
    const complete = freezeDeep({ role, content: await Promise.all(parts) });
    completed.add(complete);
    return complete;
  };
  const [attached, messages] = await Promise.all([
    Promise.all(attachments.map(read)),
    Promise.all([...before, ...question].map(readMessage)),
  ]);
  return { before: messages.slice(0, before.length), question: attach(attached, messages[before.length]) };
}

/**
 * A tool's result whose media are complete.
 *
 * @throws {InputError} `ERR_INPUT` when one is none
 */
export function completeResult(result: ToolResultPart, where: string): ToolResultPart {
  if (typeof result.content === "string") return result;
  const complete = (part: ToolResultContent, index: number): ToolResultContent => {
    if (!isMedia(part)) return part;
    const place = `${where}.content[${index}]`;
    const completion = completeMedia(part, place);
    if (!("part" in completion)) throw createUnreadError(place, "the result of a tool");
    const { part: whole } = completion;
    return whole.type === "audio" || whole.type === "guard_image" ? part : whole;
  };
  return { ...result, content: result.content.map(complete) };
}

function attach(parts: readonly MediaPart[], question: Message | undefined): readonly Message[] {
  if (parts.length === 0) return question ? [question] : [];
  const { content = [] } = question ?? {};
  const text: readonly ContentPart[] = typeof content === "string" ? [{ type: "text", text: content }] : content;
  return [freezeMessage("user", [...parts, ...text])];
}
