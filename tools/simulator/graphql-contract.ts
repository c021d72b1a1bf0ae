import { readFileSync } from "node:fs";
import { buildSchema, type DocumentNode, type GraphQLSchema, validate } from "graphql";

/** GitHub's whole GraphQL schema, to check queries against. */
export interface GraphQlContract {
  /** What GitHub would refuse in a query. Builds the schema at the first call, which takes about half a second. */
  check(document: DocumentNode): string[];
}

/** From the npm package `@octokit/graphql-schema`. */
export function graphQlContract(): GraphQlContract {
  let schema: GraphQLSchema | null = null;
  const load = (): GraphQLSchema => {
    const packageEntry = import.meta.resolve("@octokit/graphql-schema");
    return buildSchema(readFileSync(new URL("schema.graphql", packageEntry), "utf8"), {
      assumeValidSDL: true,
    });
  };
  return {
    check(document) {
      schema ??= load();
      return validate(schema, document).map((error) => error.message);
    },
  };
}
