/** A request as plain data. */
export interface SimulatedRequest {
  method: string;
  /** Path and query, or a whole URL. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string | null;
}

/** A complete HTTP response. */
export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** What the client gets: a response, or a failed connection. */
export type SimulatedResponse =
  | ({ type: "response"; delay_ms: number } & HttpResponse)
  /** The connection is reset. */
  | { type: "reset" }
  /** Nothing arrives, or with `head` only status and headers. */
  | { type: "stall"; head: { status: number; headers: Record<string, string> } | null }
  /** The connection ends after the first `sent` characters of the body. */
  | ({ type: "truncated"; sent: number } & HttpResponse);
