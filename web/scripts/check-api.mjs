// Fails when the generated client types do not match openapi.json: run `npm run generate` then.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "videocall-api-"));
try {
  const fresh = join(folder, "schema.d.ts");
  const tool = join(web, "node_modules", "openapi-typescript", "bin", "cli.js");
  execFileSync(process.execPath, [tool, "openapi.json", "--output", fresh], {
    cwd: web,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const committed = readFileSync(join(web, "src", "api", "schema.d.ts"), "utf8");
  if (readFileSync(fresh, "utf8") !== committed) {
    console.error("src/api/schema.d.ts is stale: run `npm run generate` and commit the result.");
    process.exitCode = 1;
  } else {
    console.log("src/api/schema.d.ts matches openapi.json");
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
