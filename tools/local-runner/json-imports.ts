import { registerHooks } from "node:module";

/** GitHub's parser imports JSON as bundlers and jest have it: without the attribute that Node.js wants. */
registerHooks({
  load: (url, context, nextLoad) =>
    nextLoad(
      url,
      url.endsWith(".json")
        ? { ...context, importAttributes: { ...context.importAttributes, type: "json" } }
        : context,
    ),
});
