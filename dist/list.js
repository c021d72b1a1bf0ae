import { main } from "./index.js"; // Made by "npm run generate".
await main("list", () => import("./markdown/index.js"));
