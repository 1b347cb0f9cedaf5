// Writes docs/parity.md; test/parity/checklist.test.ts holds it to the lists.
import { writeFileSync } from "node:fs";
import { PAGE, parityPage } from "./page";

writeFileSync(PAGE, parityPage());
