// SPDX-License-Identifier: Apache-2.0
// Runs on every page. The pages work without it; each part below only adds comfort.
import { start_clocks } from "./clocks.js";
import { start_drafts } from "./drafts.js";
import { start_filter } from "./filter.js";
import { start_keys } from "./keys.js";
import { start_live } from "./live.js";
import { start_security_keys } from "./security_keys.js";

start_clocks(document);
start_live(document);
start_filter(document);
start_keys(document);
start_security_keys(document);
start_drafts(document);
