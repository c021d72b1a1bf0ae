import { defaults } from "@actions/github/lib/utils";

/** The toolkit's fetch: through the proxy, if the environment names one for the API. */
export const toolkitFetch: typeof fetch = (input, init) => defaults.request?.fetch(input, init);
