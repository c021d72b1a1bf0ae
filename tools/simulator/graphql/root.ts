import { issueIn } from "../world/repositories.ts";
import { actorNode, issueNode, pullNode, repositoryNode } from "./nodes.ts";
import { failure, forbidden, notResolved, type Query } from "./query.ts";

/** The fields of GraphQL's `Query`. */
export function createRoot(query: Query) {
  const { world, token } = query;
  // Built at the first lookup, because a query may ask for a hundred nodes.
  let nodes: Map<string, () => object> | null = null;
  const findNode = (id: string): object => {
    nodes ??= collectNodes(query);
    return nodes.get(id)?.() ?? notResolved(`a node with the global id of '${id}'`);
  };
  return {
    viewer: () => ({ ...actorNode(query, token.login), __typename: "User", login: token.login }),
    node: ({ id }: { id: string }) => findNode(id),
    nodes: ({ ids }: { ids: string[] }) => {
      if (ids.length > 100) {
        throw failure(
          "ARGUMENT_LIMIT",
          `You may not provide more than 100 node ids; you provided ${ids.length}.`,
        );
      }
      return ids.map(findNode);
    },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const repository = world.repositories.find(`${owner}/${name}`, token);
      if (repository === null) {
        throw notResolved(`a Repository with the name '${owner}/${name}'`);
      }
      return repositoryNode(query, repository);
    },
  };
}

/** Every node the token can see, by global ID; instead of a forbidden one, the error that GitHub puts in its place. */
function collectNodes(query: Query): Map<string, () => object> {
  const { world, token, at } = query;
  const nodes = new Map<string, () => object>();
  const visible = world.repositories.all.filter(
    ({ nameWithOwner }) => world.repositories.find(nameWithOwner, token) !== null,
  );
  for (const repository of visible) {
    nodes.set(repository.nodeId, () => repositoryNode(query, repository));
    for (const pull of world.pulls(repository, at)) {
      nodes.set(pull.nodeId, () => (token.pulls === "none" ? forbidden(query) : pullNode(query, pull)));
    }
    for (const { number } of repository.info.issues ?? []) {
      const issue = issueIn(repository, number);
      if (issue !== null) {
        nodes.set(issue.nodeId, () => (token.issues === "none" ? forbidden(query) : issueNode(query, issue)));
      }
    }
  }
  return nodes;
}
