import { registerHooks } from "node:module";

/** Preloaded into a step: writes the address of each module that it loads to stderr. */
registerHooks({
  load: (url, context, next) => {
    process.stderr.write(`${url}\n`);
    return next(url, context);
  },
});
