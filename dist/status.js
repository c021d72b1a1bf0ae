import { main } from "./index.js"; // Made by "npm run generate".
await main("status", () => import("./markdown/index.js"));
