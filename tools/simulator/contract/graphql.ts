import { readFileSync } from "node:fs";
import { buildSchema, type DocumentNode, type GraphQLSchema, validate } from "graphql";

/** GitHub's whole GraphQL schema, to check queries against. */
export interface GraphQlContract {
  /**
   * What GitHub would refuse in a query. The first call builds the schema, which takes about half a second; a query that
   * was checked before takes no time.
   *
   * @param document the parsed query.
   */
  check(query: string, document: DocumentNode): readonly string[];
}

/** From the npm package `@octokit/graphql-schema`. */
export function readGraphQlContract(): GraphQlContract {
  let schema: GraphQLSchema | null = null;
  const build = (): GraphQLSchema => {
    const url = new URL("schema.graphql", import.meta.resolve("@octokit/graphql-schema"));
    return buildSchema(readFileSync(url, "utf8"), { assumeValidSDL: true });
  };
  const checked = new Map<string, readonly string[]>();
  return {
    check(query, document) {
      const known = checked.get(query);
      if (known !== undefined) {
        return known;
      }
      schema ??= build();
      const refused = validate(schema, document).map((error) => error.message);
      checked.set(query, refused);
      return refused;
    },
  };
}
