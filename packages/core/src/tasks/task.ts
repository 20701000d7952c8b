import type { ChatDefaults } from "../chat/chat-defaults.ts";
import { CapabilityError, InputError } from "../errors.ts";
import type { Provider } from "../provider.ts";
import type { TaskContext, TaskResult, Tasks } from "../requests/tasks.ts";

/** What tasks have from their client. */
export interface TaskEnvironment extends Pick<ChatDefaults, "middlewares" | "completed" | "load" | "follow"> {
  readonly provider: Provider;
  /** The model of `llm.countTokens()` when none is named. */
  readonly defaultChatModel: string | undefined;
  /** The model of `llm.embed()` when none is named. */
  readonly defaultEmbeddingModel: string | undefined;
  /** The model of `llm.paint()` when none is named. */
  readonly defaultImageModel: string | undefined;
}

/**
 * Makes one request of a task, with all middlewares around it.
 *
 * @param send asks the provider
 * @throws {InputError} `ERR_INPUT` when a middleware gives no result; whatever a middleware or `send` throws
 */
export async function runTask<K extends keyof Tasks>(
  { middlewares }: TaskEnvironment,
  operation: K,
  request: Tasks[K]["request"],
  send: (request: Tasks[K]["request"]) => Promise<Tasks[K]["result"]>,
): Promise<Tasks[K]["result"]> {
  const through = async (index: number, asked: TaskContext["request"]): Promise<TaskResult> => {
    const middleware = middlewares[index];
    if (!middleware) return send(asked);
    const next = (changed: TaskContext["request"] = asked): Promise<TaskResult> => through(index + 1, changed);
    if (!middleware.task) return next();
    // Operation and request belong together, which the compiler cannot follow through a type parameter.
    const result = await middleware.task({ operation, request: asked } as TaskContext, next);
    if (typeof result === "object" && result !== null) return result;
    throw new InputError("A middleware's task gave no result: return what next() gave, or a result of its own.");
  };
  return through(0, request);
}

/** @throws {CapabilityError} `ERR_CAPABILITY` when the provider does not have the task */
export function needTask<K extends "paint" | "embedder" | "moderate" | "rerank" | "countTokens">(
  provider: Provider,
  name: K,
): NonNullable<Provider[K]> {
  const task = provider[name];
  if (task) return task.bind(provider) as NonNullable<Provider[K]>;
  throw new CapabilityError(`The provider ${provider.name} has no ${name}.`);
}
