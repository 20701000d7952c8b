// What the examples use of Express, which brings no types.
declare module "express" {
  import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";

  interface Request extends IncomingMessage {
    readonly body?: Readonly<Record<string, unknown>>;
  }
  interface Response extends ServerResponse<Request> {
    status(code: number): Response;
    set(headers: Readonly<Record<string, string>>): Response;
    json(body: unknown): Response;
  }
  interface Application {
    post(path: string, parse: RequestListener, handle: (request: Request, response: Response) => Promise<void>): void;
    listen(port: number, host: string, onListening: () => void): Server;
  }
  function express(): Application;
  namespace express {
    function json(): RequestListener;
  }
  export default express;
}
