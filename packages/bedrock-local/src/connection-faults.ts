import type { Socket } from "node:net";

import { GARBAGE } from "./exchange.ts";
import type { ChooseConnectionFaults, Fault, InjectedFault } from "./fault-plan.ts";
import type { Sleep } from "./options.ts";

/**
 * What lets connections in, or strikes them as they open. A socket that it resolves with undestroyed is to be served.
 *
 * @param onFault told of each fault as it strikes
 */
export function createGate(
  choose: ChooseConnectionFaults,
  onFault: (fault: InjectedFault) => void,
  sleep: Sleep,
): (socket: Socket, connection: number) => Promise<void> {
  return async (socket, connection) => {
    for (const fault of choose(connection)) {
      if (socket.destroyed) return;
      onFault(fault);
      await strike(fault, socket, sleep);
    }
  };
}

/** Resolves at once where nothing is left of the connection, or when the wait is over. */
async function strike({ kind, detail }: Fault, socket: Socket, sleep: Sleep): Promise<void> {
  switch (kind) {
    case "delay":
      return wait(Number(detail), socket, sleep);
    case "reset":
      socket.resetAndDestroy();
      return;
    case "garbage":
      socket.end(GARBAGE);
      return drain(socket);
    case "half-close":
      socket.end();
      return drain(socket);
    case "stall":
      return drain(socket);
    default:
      socket.destroy();
  }
}

async function wait(ms: number, socket: Socket, sleep: Sleep): Promise<void> {
  const gone = new AbortController();
  const onClose = (): void => gone.abort();
  socket.once("close", onClose);
  await sleep(ms, gone.signal).catch(() => undefined);
  socket.off("close", onClose);
}

/** Reads what comes and answers nothing, until the client hangs up. */
function drain(socket: Socket): Promise<void> {
  socket.resume();
  socket.once("end", () => socket.destroy());
  return new Promise((resolve) => socket.once("close", () => resolve()));
}
