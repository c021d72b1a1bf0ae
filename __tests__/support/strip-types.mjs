import { stripTypeScriptTypes } from "node:module";

/** What jest does to a TypeScript file: Node.js takes the types out, as it does for the files in `tools/`. */
const transformer = {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};

// biome-ignore lint/style/noDefaultExport: jest reads its transformers from a default export.
export default transformer;
