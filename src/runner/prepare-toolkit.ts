import { prepareToolkitEnvironment } from "./toolkit-environment.ts";

/** Evaluated before `@actions/github`, which reads the environment when it is imported. */
export const TOOLKIT_ENVIRONMENT = prepareToolkitEnvironment(process.env);
