import type { Rule } from "../rule";
import * as listener from "./listener";

/** Every rule, those of one concern in the order in which their findings make sense. */
export const RULES: readonly Rule[] = [listener.missing];
