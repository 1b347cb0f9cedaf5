import { LISTENER_DEFAULTS } from "../../components/runners/listener";
import type { SettledSet } from "../config/settle";
import { suggestion } from "../config/suggestion";
import { quoted, valueAt } from "../diagnostic";
import type { Check, Finding } from "./check";
import { inheritedPlace } from "./inherited";

const NAME = LISTENER_DEFAULTS.container;
const CONTAINERS = ["template", "spec", "containers"];

/** The controller merges the container of that name alone (`mergeListenerPodWithTemplate`, `resourcebuilder.go`). */
export const templateContainer: Check = {
  id: "listener/template-container",
  run: ({ config }) =>
    config.sets.flatMap((set): Finding[] => {
      const names = containersOf(set).flatMap(({ container }) => container.name ?? []);
      if (names.length === 0 || names.includes(NAME)) return [];
      const guess = names.find((name) => suggestion(String(name), [NAME]));
      return [
        {
          severity: "warning",
          ...inheritedPlace(set, "listener", CONTAINERS),
          message: `has ${names.map(quoted).join(", ")} and no ${NAME}: what is there runs beside the listener and changes nothing of it`,
          allowed: `a container called ${NAME} for what the listener is to have`,
          fix: guess
            ? `rename ${quoted(guess)} to ${NAME}`
            : `rename the container to ${NAME}; if it is to run beside the listener, turn this check off`,
        },
      ];
    }),
};

/** The listener is a program of the controller's image, and reads the configuration that this release of it writes. */
export const image: Check = {
  id: "listener/image",
  run: ({ config }) =>
    config.sets.flatMap((set) =>
      containersOf(set)
        .filter(({ container }) => container.name === NAME && container.image !== undefined)
        .map(({ container, index }): Finding => ({
          severity: "error",
          ...inheritedPlace(set, "listener", [...CONTAINERS, index, "image"]),
          message: `${quoted(container.image)} would run as the listener, which is a program of its controller's image and reads what that release writes`,
          allowed: "no image: the listener has that of the controller",
          fix: "remove it; for a mirror set arc:controller.imageRepository",
        })),
    ),
};

interface Located {
  container: { name?: unknown; image?: unknown };
  index: number;
}

/** The containers of the user's template, as far as they can be read; one that is taken out is none. */
function containersOf({ args }: SettledSet): Located[] {
  const containers: unknown = valueAt(args.listener, CONTAINERS);
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container: unknown, index): Located[] =>
    container !== null && typeof container === "object" && !("$patch" in container) ? [{ container, index }] : [],
  );
}
