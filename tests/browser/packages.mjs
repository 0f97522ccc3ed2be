// SPDX-License-Identifier: Apache-2.0
// Finds the packages that only the browser tests and the mock use; scripts/test-browser puts them
// into build/npm-tests. TOCSIN_BROWSER_PACKAGES names another folder that holds node_modules.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const build = process.env.TOCSIN_BUILD ?? join(root, "build");
const folder = process.env.TOCSIN_BROWSER_PACKAGES ?? join(build, "npm-tests");

if (!existsSync(join(folder, "node_modules"))) {
  process.stderr.write("The browser tests' packages are not installed; run scripts/test-browser --install\n");
  process.exit(1);
}
export const load_package = createRequire(join(folder, "package.json"));
