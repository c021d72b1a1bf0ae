import { failure } from "./query.ts";

export interface ConnectionArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

export interface OrderArgument {
  orderBy?: { field: string; direction: "ASC" | "DESC" } | null;
}

/** A page of a connection. Throws GitHub's error if the page's size is missing or too large. */
export function connection<T>(
  field: string,
  all: T[],
  { first, last, after, before }: ConnectionArguments,
  toNode: (item: T) => object,
) {
  const size = first ?? last ?? null;
  if (size === null) {
    throw failure(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`,
    );
  }
  if (size > 100 || size < 0) {
    throw failure(
      "EXCESSIVE_PAGINATION",
      `Requesting ${size} records on the \`${field}\` connection exceeds the \`first\` limit of 100 records.`,
    );
  }
  const from = typeof after === "string" ? indexOf(after) + 1 : 0;
  const to = typeof before === "string" ? indexOf(before) : all.length;
  const isForward = typeof first === "number";
  const begin = isForward ? from : Math.max(from, to - size);
  const end = isForward ? Math.min(to, from + size) : to;
  const page = all.slice(begin, end);
  return {
    totalCount: all.length,
    nodes: page.map(toNode),
    pageInfo: {
      hasPreviousPage: begin > 0,
      hasNextPage: end < all.length,
      startCursor: page.length === 0 ? null : toCursor(begin),
      endCursor: page.length === 0 ? null : toCursor(end - 1),
    },
  };
}

function toCursor(index: number): string {
  return Buffer.from(`cursor:${index}`).toString("base64");
}

function indexOf(cursor: string): number {
  return Number(Buffer.from(cursor, "base64").toString().split(":")[1]);
}
