import { suggestion } from "../config/suggestion";
import { quoted } from "../diagnostic";
import type { Check, Finding } from "./check";

export const unknownSize: Check = {
  id: "runner/unknown-size",
  run: ({ config }) => {
    const known = Object.keys(config.settings.sizes ?? {});
    return config.sets.flatMap(({ path, settings: { size } }): Finding[] => {
      if (size === undefined || known.includes(size)) return [];
      const guess = suggestion(size, known);
      return [
        {
          severity: "error",
          at: [...path, "size"],
          from: [["sizes", size]],
          message: `${quoted(size)} is not one of arc:sizes`,
          allowed: known.join(", ") || "no size: arc:sizes has none",
          fix: guess ? `did you mean "${guess}"?` : `add ${size} to arc:sizes, or remove the size`,
        },
      ];
    });
  },
};
