import { main } from "./index.js"; // Made by "npm run generate".
await main("start", () => import("./markdown/index.js"));
