import type { RouteRequest } from "./route.ts";

/** One page and its `Link` header. */
export interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

/** How a list says where its other pages are. */
export type LinkStyle =
  /** As the agent task lists document it: `first` always, `last` on the final page only. */
  | "agent_tasks"
  /** As GitHub's other lists do: `first` and `prev` from page 2 on, `last` and `next` up to the one before the final. */
  | "usual";

/** Cuts a page out of all items by the query's `per_page` and `page`. */
export function paginate<T>(all: T[], request: RouteRequest, style: LinkStyle): Page<T> {
  const perPage = Number(request.query.get("per_page") ?? 30);
  const page = Number(request.query.get("page") ?? 1);
  const pages = Math.max(1, Math.ceil(all.length / perPage));
  const link = (relation: string, number: number) => {
    const query = new URLSearchParams(request.query);
    query.set("page", String(number));
    return `<${request.origin}${request.path}?${query}>; rel="${relation}"`;
  };
  const links: string[] = [];
  if (page > 1) {
    links.push(link("prev", page - 1));
  }
  if (page < pages) {
    links.push(link("next", page + 1));
  }
  if (style === "agent_tasks" ? page === pages : page < pages) {
    links.push(link("last", pages));
  }
  if (style === "agent_tasks" || page > 1) {
    links.push(link("first", 1));
  }
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    headers: links.length === 0 ? {} : { link: links.join(", ") },
  };
}
