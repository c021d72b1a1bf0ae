import { readFileSync } from "node:fs";
import { buildSchema, type DocumentNode, type GraphQLSchema, validate } from "graphql";

/** GitHub's whole GraphQL schema, to check queries against. */
export interface GraphQlContract {
  /** What GitHub would refuse in a query. The first call builds the schema, which takes about half a second. */
  check(document: DocumentNode): string[];
}

/** From the npm package `@octokit/graphql-schema`. */
export function readGraphQlContract(): GraphQlContract {
  let schema: GraphQLSchema | null = null;
  const build = (): GraphQLSchema => {
    const url = new URL("schema.graphql", import.meta.resolve("@octokit/graphql-schema"));
    return buildSchema(readFileSync(url, "utf8"), { assumeValidSDL: true });
  };
  return {
    check(document) {
      schema ??= build();
      return validate(schema, document).map((error) => error.message);
    },
  };
}
